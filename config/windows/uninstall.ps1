<#
  Removes the scheduled task of install.ps1. The folder stays: it holds the config, the bundles and the history. Run in
  PowerShell as administrator:

    .\uninstall.ps1 [-TaskName 'OneRoster export']
#>
[CmdletBinding()]
param([string] $TaskName = 'OneRoster export')
$ErrorActionPreference = 'Stop'
Unregister-ScheduledTask -TaskName $TaskName -Confirm:$false
Write-Output "Removed '$TaskName'. Remove the folder and its account yourself when nothing in it is needed."
