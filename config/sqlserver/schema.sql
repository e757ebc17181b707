-- Generated from the declared tables by scripts/write-sqlserver-scripts.ts. Do not edit: change the tables and run the script.
--
-- The Campus tables and columns that the export reads, with the types that public sources list. For trials in an
-- empty database; a district's own database has these tables and more.

CREATE TABLE [dbo].[SchoolYear] (
  [endYear] smallint NOT NULL PRIMARY KEY,
  [startYear] smallint NOT NULL,
  [startDate] smalldatetime NULL,
  [endDate] smalldatetime NULL,
  [active] bit NULL,
  [label] varchar(20) NULL
);
GO
CREATE TABLE [dbo].[District] (
  [districtID] int NOT NULL PRIMARY KEY,
  [name] varchar(50) NOT NULL,
  [number] varchar(12) NULL,
  [districtGUID] uniqueidentifier NULL
);
GO
CREATE TABLE [dbo].[School] (
  [schoolID] int NOT NULL PRIMARY KEY,
  [districtID] int NOT NULL,
  [name] varchar(50) NOT NULL,
  [number] varchar(10) NULL,
  [schoolGUID] uniqueidentifier NULL,
  [externalLMSExclude] bit NULL
);
GO
CREATE TABLE [dbo].[Calendar] (
  [calendarID] int NOT NULL PRIMARY KEY,
  [schoolID] int NOT NULL,
  [endYear] smallint NOT NULL,
  [startDate] smalldatetime NULL,
  [endDate] smalldatetime NULL,
  [externalLMSExclude] bit NULL
);
GO
CREATE TABLE [dbo].[ScheduleStructure] (
  [structureID] int NOT NULL PRIMARY KEY,
  [calendarID] int NOT NULL,
  [externalLMSExclude] bit NULL
);
GO
CREATE TABLE [dbo].[TermSchedule] (
  [termScheduleID] int NOT NULL PRIMARY KEY,
  [structureID] int NOT NULL
);
GO
CREATE TABLE [dbo].[Term] (
  [termID] int NOT NULL PRIMARY KEY,
  [termScheduleID] int NOT NULL,
  [name] varchar(20) NOT NULL,
  [seq] tinyint NULL,
  [startDate] smalldatetime NULL,
  [endDate] smalldatetime NULL
);
GO
CREATE TABLE [dbo].[Period] (
  [periodID] int NOT NULL PRIMARY KEY,
  [name] varchar(20) NOT NULL,
  [seq] tinyint NULL
);
GO
CREATE TABLE [dbo].[Trial] (
  [trialID] int NOT NULL PRIMARY KEY,
  [calendarID] int NOT NULL,
  [structureID] int NOT NULL,
  [active] bit NULL
);
GO
CREATE TABLE [dbo].[GradeLevel] (
  [calendarID] int NOT NULL,
  [structureID] int NOT NULL,
  [name] varchar(4) NOT NULL,
  [stateGrade] varchar(5) NULL,
  [externalLMSExclude] bit NULL
);
GO
CREATE TABLE [dbo].[Person] (
  [personID] int NOT NULL PRIMARY KEY,
  [currentIdentityID] int NULL,
  [personGUID] uniqueidentifier NULL,
  [studentNumber] varchar(15) NULL,
  [stateID] varchar(15) NULL,
  [staffNumber] varchar(15) NULL,
  [staffStateID] varchar(20) NULL
);
GO
CREATE TABLE [dbo].[Identity] (
  [identityID] int NOT NULL PRIMARY KEY,
  [personID] int NOT NULL,
  [lastName] varchar(50) NOT NULL,
  [firstName] varchar(50) NULL,
  [middleName] varchar(50) NULL,
  [legalFirstName] nvarchar(50) NULL,
  [legalMiddleName] nvarchar(50) NULL,
  [legalLastName] nvarchar(50) NULL,
  [gender] char(1) NULL,
  [birthdate] smalldatetime NULL,
  [raceEthnicityFed] varchar(1) NULL,
  [hispanicEthnicity] varchar(2) NULL
);
GO
CREATE TABLE [dbo].[Contact] (
  [personID] int NOT NULL PRIMARY KEY,
  [email] varchar(100) NULL,
  [secondaryEmail] varchar(100) NULL,
  [homePhone] varchar(25) NULL,
  [cellPhone] varchar(25) NULL
);
GO
CREATE TABLE [dbo].[UserAccount] (
  [userID] int NOT NULL PRIMARY KEY,
  [personID] int NULL,
  [username] varchar(100) NOT NULL,
  [disable] bit NULL,
  [expiresDate] smalldatetime NULL
);
GO
CREATE TABLE [dbo].[Enrollment] (
  [enrollmentID] int NOT NULL PRIMARY KEY,
  [personID] int NOT NULL,
  [calendarID] int NOT NULL,
  [structureID] int NOT NULL,
  [grade] varchar(4) NULL,
  [serviceType] varchar(1) NOT NULL,
  [noShow] bit NULL,
  [startDate] smalldatetime NULL,
  [endDate] smalldatetime NULL,
  [externalLMSExclude] bit NULL
);
GO
CREATE TABLE [dbo].[CourseMaster] (
  [courseMasterID] int NOT NULL PRIMARY KEY,
  [externalLMSExclude] bit NULL
);
GO
CREATE TABLE [dbo].[Course] (
  [courseID] int NOT NULL PRIMARY KEY,
  [calendarID] int NOT NULL,
  [courseMasterID] int NULL,
  [number] varchar(13) NOT NULL,
  [name] varchar(60) NOT NULL,
  [active] bit NULL,
  [externalLMSExclude] bit NULL,
  [departmentID] int NULL,
  [homeroom] bit NULL,
  [scedSubjectArea] varchar(2) NULL,
  [scedCourseId] varchar(5) NULL
);
GO
CREATE TABLE [dbo].[Department] (
  [departmentID] int NOT NULL PRIMARY KEY,
  [name] varchar(50) NOT NULL
);
GO
CREATE TABLE [dbo].[Room] (
  [roomID] int NOT NULL PRIMARY KEY,
  [name] varchar(30) NOT NULL
);
GO
CREATE TABLE [dbo].[Section] (
  [sectionID] int NOT NULL PRIMARY KEY,
  [courseID] int NOT NULL,
  [trialID] int NOT NULL,
  [number] smallint NOT NULL,
  [roomID] int NULL,
  [homeroomSection] bit NULL,
  [externalLMSExclude] bit NULL,
  [active] bit NULL
);
GO
CREATE TABLE [dbo].[SectionPlacement] (
  [sectionID] int NOT NULL,
  [trialID] int NOT NULL,
  [termID] int NOT NULL,
  [periodID] int NOT NULL
);
GO
CREATE TABLE [dbo].[Roster] (
  [rosterID] int NOT NULL PRIMARY KEY,
  [personID] int NOT NULL,
  [sectionID] int NOT NULL,
  [trialID] int NOT NULL,
  [startDate] smalldatetime NULL,
  [endDate] smalldatetime NULL
);
GO
CREATE TABLE [dbo].[SectionStaffHistory] (
  [historyID] int NOT NULL PRIMARY KEY,
  [sectionID] int NOT NULL,
  [trialID] int NOT NULL,
  [personID] int NOT NULL,
  [staffType] varchar(1) NOT NULL,
  [startDate] smalldatetime NULL,
  [endDate] smalldatetime NULL
);
GO
CREATE TABLE [dbo].[EmploymentAssignment] (
  [assignmentID] int NOT NULL PRIMARY KEY,
  [personID] int NOT NULL,
  [schoolID] int NULL,
  [startDate] smalldatetime NULL,
  [endDate] smalldatetime NULL,
  [teacher] bit NULL,
  [specialEd] bit NULL,
  [program] bit NULL,
  [behavior] bit NULL,
  [health] bit NULL,
  [responseApprover] bit NULL,
  [rti] bit NULL,
  [advisor] bit NULL,
  [supervisor] bit NULL,
  [counselor] bit NULL,
  [foodService] bit NULL,
  [approver] bit NULL,
  [framProcessor] bit NULL,
  [externalLMSExclude] bit NULL
);
GO
CREATE TABLE [dbo].[EmploymentAssignmentLocation] (
  [assignmentID] int NOT NULL,
  [schoolID] int NOT NULL
);
GO
CREATE TABLE [dbo].[RelatedPair] (
  [personID1] int NOT NULL,
  [personID2] int NOT NULL,
  [guardian] bit NULL,
  [portal] bit NULL,
  [startDate] smalldatetime NULL,
  [endDate] smalldatetime NULL,
  [name] varchar(40) NULL,
  [seq] tinyint NULL
);
GO
CREATE INDEX [IX_School_districtID] ON [dbo].[School] ([districtID]);
GO
CREATE INDEX [IX_Calendar_endYear_schoolID] ON [dbo].[Calendar] ([endYear], [schoolID]);
GO
CREATE INDEX [IX_Calendar_schoolID_endYear] ON [dbo].[Calendar] ([schoolID], [endYear]);
GO
CREATE INDEX [IX_ScheduleStructure_calendarID] ON [dbo].[ScheduleStructure] ([calendarID]);
GO
CREATE INDEX [IX_TermSchedule_structureID] ON [dbo].[TermSchedule] ([structureID]);
GO
CREATE INDEX [IX_Term_termScheduleID] ON [dbo].[Term] ([termScheduleID]);
GO
CREATE INDEX [IX_Trial_calendarID_structureID] ON [dbo].[Trial] ([calendarID], [structureID]);
GO
CREATE INDEX [IX_GradeLevel_calendarID_structureID_name] ON [dbo].[GradeLevel] ([calendarID], [structureID], [name]);
GO
CREATE INDEX [IX_Person_personGUID] ON [dbo].[Person] ([personGUID]);
GO
CREATE INDEX [IX_Person_studentNumber] ON [dbo].[Person] ([studentNumber]);
GO
CREATE INDEX [IX_Person_staffNumber] ON [dbo].[Person] ([staffNumber]);
GO
CREATE INDEX [IX_Identity_personID] ON [dbo].[Identity] ([personID]);
GO
CREATE INDEX [IX_UserAccount_personID] ON [dbo].[UserAccount] ([personID]);
GO
CREATE INDEX [IX_UserAccount_username] ON [dbo].[UserAccount] ([username]);
GO
CREATE INDEX [IX_Enrollment_personID] ON [dbo].[Enrollment] ([personID]);
GO
CREATE INDEX [IX_Enrollment_calendarID_structureID_grade] ON [dbo].[Enrollment] ([calendarID], [structureID], [grade]);
GO
CREATE INDEX [IX_Course_calendarID] ON [dbo].[Course] ([calendarID]);
GO
CREATE INDEX [IX_Course_courseMasterID] ON [dbo].[Course] ([courseMasterID]);
GO
CREATE INDEX [IX_Section_courseID] ON [dbo].[Section] ([courseID]);
GO
CREATE INDEX [IX_Section_trialID] ON [dbo].[Section] ([trialID]);
GO
CREATE INDEX [IX_SectionPlacement_sectionID_trialID_termID_periodID] ON [dbo].[SectionPlacement] ([sectionID], [trialID], [termID], [periodID]);
GO
CREATE INDEX [IX_Roster_personID] ON [dbo].[Roster] ([personID]);
GO
CREATE INDEX [IX_Roster_sectionID_trialID] ON [dbo].[Roster] ([sectionID], [trialID]);
GO
CREATE INDEX [IX_SectionStaffHistory_personID] ON [dbo].[SectionStaffHistory] ([personID]);
GO
CREATE INDEX [IX_SectionStaffHistory_sectionID_trialID] ON [dbo].[SectionStaffHistory] ([sectionID], [trialID]);
GO
CREATE INDEX [IX_EmploymentAssignment_personID] ON [dbo].[EmploymentAssignment] ([personID]);
GO
CREATE INDEX [IX_EmploymentAssignment_schoolID] ON [dbo].[EmploymentAssignment] ([schoolID]);
GO
CREATE INDEX [IX_EmploymentAssignmentLocation_assignmentID_schoolID] ON [dbo].[EmploymentAssignmentLocation] ([assignmentID], [schoolID]);
GO
CREATE INDEX [IX_RelatedPair_personID1] ON [dbo].[RelatedPair] ([personID1]);
GO
CREATE INDEX [IX_RelatedPair_personID2] ON [dbo].[RelatedPair] ([personID2]);
GO
