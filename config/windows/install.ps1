<#
  Sets up the nightly export on Windows Server: the folder, its rights, and the scheduled task.
  Run in PowerShell as administrator:

    .\install.ps1 -Account DISTRICT\oneroster [-Folder C:\oneroster-export] [-Node 'C:\Program Files\nodejs\node.exe']

  -Account   the account that runs the task; it needs no administrator rights and prompts for its password here
  -Folder    holds the program (npm install oneroster-export), oneroster.yaml, the secrets and the home folder

  Not tested on a real Windows Server: see README.md beside this file.
#>
[CmdletBinding()]
param(
  [Parameter(Mandatory)] [string] $Account,
  [string] $Folder = 'C:\oneroster-export',
  [string] $Node = 'C:\Program Files\nodejs\node.exe',
  [string] $TaskName = 'OneRoster export'
)
$ErrorActionPreference = 'Stop'
if (-not (Test-Path -LiteralPath $Node)) { throw "There is no $Node. Install Node 22 or 24, or name it with -Node." }

New-Item -ItemType Directory -Force -Path $Folder | Out-Null
# Nothing inherited: administrators, the system and this account, for the folder and all that is made in it.
& icacls.exe $Folder /inheritance:r /grant:r "${Account}:(OI)(CI)M" '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F'
if ($LASTEXITCODE -ne 0) { throw "icacls could not set the rights of $Folder." }

[xml] $task = Get-Content -Raw -LiteralPath (Join-Path $PSScriptRoot 'oneroster-export.xml')
$cli = Join-Path $Folder 'node_modules\oneroster-export\dist\cli.js'
$config = Join-Path $Folder 'oneroster.yaml'
$task.Task.Actions.Exec.Command = $Node
$task.Task.Actions.Exec.Arguments = "`"$cli`" refresh --config `"$config`""
$task.Task.Actions.Exec.WorkingDirectory = $Folder

$credential = Get-Credential -UserName $Account -Message 'The account of the nightly export'
Register-ScheduledTask -TaskName $TaskName -Xml $task.OuterXml -User $Account `
  -Password $credential.GetNetworkCredential().Password -Force | Out-Null
Write-Output "Registered '$TaskName'. The account needs the right 'Log on as a batch job' (secpol.msc, User Rights Assignment)."
Write-Output "To try it now: Start-ScheduledTask '$TaskName'; its result: (Get-ScheduledTaskInfo '$TaskName').LastTaskResult"
