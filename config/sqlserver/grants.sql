-- Generated from the declared tables by scripts/write-sqlserver-scripts.ts. Do not edit: change the tables and run the script.
--
-- The least privileges that the export requires: a login, its user in the Campus database, and a role that can read only the columns that
-- are read. No social security number and no password is among them. An administrator runs it once, and again after an
-- upgrade of the export:
--
--   sqlcmd -S sis-db -d campus -b -i grants.sql -v Login="oneroster_ro" Schema="dbo"
--
-- The password of the new login comes from the environment variable Password, so it does not show in the process list.
-- An existing login keeps its password, but sqlcmd still requires the variable. For a Windows login, first run CREATE LOGIN [DOMAIN\name] FROM WINDOWS; on
-- Azure SQL Database, first run CREATE USER [name] FROM EXTERNAL PROVIDER.
--
-- To read all tables as of one moment, allow it in the database once:
--
--   ALTER DATABASE [campus] SET ALLOW_SNAPSHOT_ISOLATION ON;

IF SUSER_ID(N'$(Login)') IS NULL AND DATABASE_PRINCIPAL_ID(N'$(Login)') IS NULL
  CREATE LOGIN [$(Login)] WITH PASSWORD = N'$(Password)', CHECK_POLICY = ON;
GO
IF DATABASE_PRINCIPAL_ID(N'$(Login)') IS NULL
  CREATE USER [$(Login)] FOR LOGIN [$(Login)];
GO
IF DATABASE_PRINCIPAL_ID(N'oneroster_export') IS NULL
  CREATE ROLE [oneroster_export];
GO
ALTER ROLE [oneroster_export] ADD MEMBER [$(Login)];
GO

GRANT SELECT ON [$(Schema)].[SchoolYear] ([endYear], [startYear], [startDate], [endDate], [active]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[SchoolYear]', N'label') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[SchoolYear] ([label]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[District] ([districtID], [name], [number], [districtGUID]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[School] ([schoolID], [districtID], [name], [number], [schoolGUID], [externalLMSExclude]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Calendar] ([calendarID], [schoolID], [endYear], [startDate], [endDate], [externalLMSExclude]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[ScheduleStructure] ([structureID], [calendarID]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[ScheduleStructure]', N'externalLMSExclude') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[ScheduleStructure] ([externalLMSExclude]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[TermSchedule] ([termScheduleID], [structureID]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Term] ([termID], [termScheduleID], [name], [seq], [startDate], [endDate]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Period] ([periodID], [name]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[Period]', N'seq') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[Period] ([seq]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Trial] ([trialID], [calendarID], [structureID], [active]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[GradeLevel] ([calendarID], [structureID], [name], [stateGrade]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[GradeLevel]', N'externalLMSExclude') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[GradeLevel] ([externalLMSExclude]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Person] ([personID], [currentIdentityID], [personGUID], [studentNumber], [stateID], [staffNumber], [staffStateID]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Identity] ([identityID], [personID], [lastName], [firstName], [middleName], [legalFirstName], [legalMiddleName], [legalLastName], [gender], [birthdate], [raceEthnicityFed], [hispanicEthnicity]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Contact] ([personID], [email], [secondaryEmail], [homePhone], [cellPhone]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[UserAccount] ([userID], [personID], [username], [disable]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[UserAccount]', N'expiresDate') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[UserAccount] ([expiresDate]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Enrollment] ([enrollmentID], [personID], [calendarID], [structureID], [grade], [serviceType], [noShow], [startDate], [endDate], [externalLMSExclude]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[CourseMaster] ([courseMasterID]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[CourseMaster]', N'externalLMSExclude') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[CourseMaster] ([externalLMSExclude]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Course] ([courseID], [calendarID], [courseMasterID], [number], [name], [active], [externalLMSExclude], [departmentID], [homeroom]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[Course]', N'scedSubjectArea') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[Course] ([scedSubjectArea]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[Course]', N'scedCourseId') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[Course] ([scedCourseId]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Department] ([departmentID], [name]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Room] ([roomID], [name]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Section] ([sectionID], [courseID], [trialID], [number], [roomID], [homeroomSection], [externalLMSExclude]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[Section]', N'active') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[Section] ([active]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[SectionPlacement] ([sectionID], [trialID], [termID], [periodID]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[Roster] ([rosterID], [personID], [sectionID], [trialID], [startDate], [endDate]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[SectionStaffHistory] ([sectionID], [trialID], [personID], [staffType], [startDate], [endDate]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[SectionStaffHistory]', N'historyID') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[SectionStaffHistory] ([historyID]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[SectionStaffHistory]', N'sectionStaffID') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[SectionStaffHistory] ([sectionStaffID]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([assignmentID], [personID], [startDate], [endDate], [teacher], [externalLMSExclude]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'schoolID') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([schoolID]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'specialEd') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([specialEd]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'program') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([program]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'behavior') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([behavior]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'health') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([health]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'responseApprover') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([responseApprover]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'rti') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([rti]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'advisor') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([advisor]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'supervisor') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([supervisor]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'counselor') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([counselor]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'foodService') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([foodService]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'approver') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([approver]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[EmploymentAssignment]', N'framProcessor') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignment] ([framProcessor]) TO [oneroster_export];
GO

IF OBJECT_ID(N'[$(Schema)].[EmploymentAssignmentLocation]') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[EmploymentAssignmentLocation] ([assignmentID], [schoolID]) TO [oneroster_export];
GO

GRANT SELECT ON [$(Schema)].[RelatedPair] ([personID1], [personID2], [guardian], [startDate], [endDate]) TO [oneroster_export];
GO
IF COL_LENGTH(N'[$(Schema)].[RelatedPair]', N'portal') IS NOT NULL
  GRANT SELECT ON [$(Schema)].[RelatedPair] ([portal]) TO [oneroster_export];
GO
