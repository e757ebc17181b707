-- the columns of the database ["dbo"]
select [TABLE_NAME] as [tableName], [COLUMN_NAME] as [columnName], [DATA_TYPE] as [dataType], [CHARACTER_MAXIMUM_LENGTH] as [textLength], [IS_NULLABLE] as [isNullable]
from [INFORMATION_SCHEMA].[COLUMNS]
where [TABLE_SCHEMA] = @p0;

-- SchoolYear
select [t].[endYear] as [endYear], [t].[startYear] as [startYear], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate], [t].[active] as [active], [t].[label] as [label]
from [dbo].[SchoolYear] as [t]
order by [t].[endYear] asc;

-- District
select [t].[districtID] as [districtID], [t].[name] as [name], [t].[number] as [number], convert(char(36), [t].[districtGUID]) as [districtGUID]
from [dbo].[District] as [t]
order by [t].[districtID] asc;

-- School
select [t].[schoolID] as [schoolID], [t].[districtID] as [districtID], [t].[name] as [name], [t].[number] as [number], convert(char(36), [t].[schoolGUID]) as [schoolGUID], [t].[externalLMSExclude] as [externalLMSExclude]
from [dbo].[School] as [t]
order by [t].[schoolID] asc;

-- Calendar
select [t].[calendarID] as [calendarID], [t].[schoolID] as [schoolID], [t].[endYear] as [endYear], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate], [t].[externalLMSExclude] as [externalLMSExclude]
from [dbo].[Calendar] as [t]
order by [t].[calendarID] asc;

-- ScheduleStructure [2027]
select [t].[structureID] as [structureID], [t].[calendarID] as [calendarID], [t].[externalLMSExclude] as [externalLMSExclude]
from [dbo].[ScheduleStructure] as [t]
where [t].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0)
order by [t].[structureID] asc;

-- TermSchedule [2027]
select [t].[termScheduleID] as [termScheduleID], [t].[structureID] as [structureID]
from [dbo].[TermSchedule] as [t]
where [t].[structureID] in (select [i].[structureID]
from [dbo].[ScheduleStructure] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0))
order by [t].[termScheduleID] asc;

-- Term [2027]
select [t].[termID] as [termID], [t].[termScheduleID] as [termScheduleID], [t].[name] as [name], [t].[seq] as [seq], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate]
from [dbo].[Term] as [t]
where [t].[termScheduleID] in (select [i].[termScheduleID]
from [dbo].[TermSchedule] as [i] where [i].[structureID] in (select [i].[structureID]
from [dbo].[ScheduleStructure] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0)))
order by [t].[termID] asc;

-- Period
select [t].[periodID] as [periodID], [t].[name] as [name], [t].[seq] as [seq]
from [dbo].[Period] as [t]
order by [t].[periodID] asc;

-- Trial [2027]
select [t].[trialID] as [trialID], [t].[calendarID] as [calendarID], [t].[structureID] as [structureID], [t].[active] as [active]
from [dbo].[Trial] as [t]
where [t].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0)
order by [t].[trialID] asc;

-- GradeLevel [2027]
select [t].[calendarID] as [calendarID], [t].[structureID] as [structureID], [t].[name] as [name], [t].[stateGrade] as [stateGrade], [t].[externalLMSExclude] as [externalLMSExclude]
from [dbo].[GradeLevel] as [t]
where [t].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0)
order by [t].[calendarID] asc, [t].[structureID] asc, [t].[name] asc, [t].[stateGrade] asc, [t].[externalLMSExclude] asc;

-- UserAccount
select [t].[userID] as [userID], [t].[personID] as [personID], [t].[username] as [username], [t].[disable] as [disable], convert(char(10), [t].[expiresDate], 23) as [expiresDate]
from [dbo].[UserAccount] as [t]
where [t].[personID] is not null
order by [t].[personID] asc, [t].[userID] asc;

-- Enrollment [2027]
select [t].[enrollmentID] as [enrollmentID], [t].[personID] as [personID], [t].[calendarID] as [calendarID], [t].[structureID] as [structureID], [t].[grade] as [grade], [t].[serviceType] as [serviceType], [t].[noShow] as [noShow], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate], [t].[externalLMSExclude] as [externalLMSExclude]
from [dbo].[Enrollment] as [t]
where [t].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0)
order by [t].[personID] asc, [t].[enrollmentID] asc;

-- CourseMaster
select [t].[courseMasterID] as [courseMasterID], [t].[externalLMSExclude] as [externalLMSExclude]
from [dbo].[CourseMaster] as [t]
order by [t].[courseMasterID] asc;

-- Course [2027]
select [t].[courseID] as [courseID], [t].[calendarID] as [calendarID], [t].[courseMasterID] as [courseMasterID], [t].[number] as [number], [t].[name] as [name], [t].[active] as [active], [t].[externalLMSExclude] as [externalLMSExclude], [t].[departmentID] as [departmentID], [t].[homeroom] as [homeroom], [t].[scedSubjectArea] as [scedSubjectArea], [t].[scedCourseId] as [scedCourseId]
from [dbo].[Course] as [t]
where [t].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0)
order by [t].[courseID] asc;

-- Department
select [t].[departmentID] as [departmentID], [t].[name] as [name]
from [dbo].[Department] as [t]
order by [t].[departmentID] asc;

-- Room
select [t].[roomID] as [roomID], [t].[name] as [name]
from [dbo].[Room] as [t]
order by [t].[roomID] asc;

-- Section [2027,2027]
select [t].[sectionID] as [sectionID], [t].[courseID] as [courseID], [t].[trialID] as [trialID], [t].[number] as [number], [t].[roomID] as [roomID], [t].[homeroomSection] as [homeroomSection], [t].[externalLMSExclude] as [externalLMSExclude], [t].[active] as [active]
from [dbo].[Section] as [t]
where [t].[courseID] in (select [i].[courseID]
from [dbo].[Course] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0))
or [t].[trialID] in (select [i].[trialID]
from [dbo].[Trial] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p1))
order by [t].[sectionID] asc;

-- SectionPlacement [2027,2027]
select [t].[sectionID] as [sectionID], [t].[trialID] as [trialID], [t].[termID] as [termID], [t].[periodID] as [periodID]
from [dbo].[SectionPlacement] as [t]
where [t].[trialID] in (select [i].[trialID]
from [dbo].[Trial] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0))
or [t].[sectionID] in (select [i].[sectionID]
from [dbo].[Section] as [i] where [i].[courseID] in (select [i].[courseID]
from [dbo].[Course] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p1)))
order by [t].[sectionID] asc, [t].[trialID] asc, [t].[termID] asc, [t].[periodID] asc;

-- Roster [2027,2027]
select [t].[rosterID] as [rosterID], [t].[personID] as [personID], [t].[sectionID] as [sectionID], [t].[trialID] as [trialID], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate]
from [dbo].[Roster] as [t]
where [t].[trialID] in (select [i].[trialID]
from [dbo].[Trial] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0))
or [t].[sectionID] in (select [i].[sectionID]
from [dbo].[Section] as [i] where [i].[courseID] in (select [i].[courseID]
from [dbo].[Course] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p1)))
order by [t].[rosterID] asc;

-- SectionStaffHistory [2027,2027]
select [t].[historyID] as [historyID], [t].[sectionID] as [sectionID], [t].[trialID] as [trialID], [t].[personID] as [personID], [t].[staffType] as [staffType], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate]
from [dbo].[SectionStaffHistory] as [t]
where [t].[trialID] in (select [i].[trialID]
from [dbo].[Trial] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0))
or [t].[sectionID] in (select [i].[sectionID]
from [dbo].[Section] as [i] where [i].[courseID] in (select [i].[courseID]
from [dbo].[Course] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p1)))
order by [t].[personID] asc, [t].[historyID] asc;

-- EmploymentAssignment
select [t].[assignmentID] as [assignmentID], [t].[personID] as [personID], [t].[schoolID] as [schoolID], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate], [t].[teacher] as [teacher], [t].[specialEd] as [specialEd], [t].[program] as [program], [t].[behavior] as [behavior], [t].[health] as [health], [t].[responseApprover] as [responseApprover], [t].[rti] as [rti], [t].[advisor] as [advisor], [t].[supervisor] as [supervisor], [t].[counselor] as [counselor], [t].[foodService] as [foodService], [t].[approver] as [approver], [t].[framProcessor] as [framProcessor], [t].[externalLMSExclude] as [externalLMSExclude]
from [dbo].[EmploymentAssignment] as [t]
order by [t].[personID] asc, [t].[assignmentID] asc;

-- EmploymentAssignmentLocation
select [t].[assignmentID] as [assignmentID], [t].[schoolID] as [schoolID]
from [dbo].[EmploymentAssignmentLocation] as [t]
order by [t].[assignmentID] asc, [t].[schoolID] asc;

-- RelatedPair
select [t].[personID1] as [personID1], [t].[personID2] as [personID2], [t].[guardian] as [guardian], [t].[portal] as [portal], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate], [t].[name] as [name], [t].[seq] as [seq]
from [dbo].[RelatedPair] as [t]
order by [t].[personID2] asc, [t].[personID1] asc, [t].[guardian] asc, [t].[portal] asc, [t].[startDate] asc, [t].[endDate] asc, [t].[name] asc, [t].[seq] asc;

-- Person
select [p].[personID] as [personID], convert(char(36), [p].[personGUID]) as [personGUID], [p].[studentNumber] as [studentNumber], [p].[stateID] as [stateID], [p].[staffNumber] as [staffNumber], [p].[staffStateID] as [staffStateID], [i].[identityID] as [identityID], [i].[lastName] as [lastName], [i].[firstName] as [firstName], [i].[middleName] as [middleName], [i].[legalFirstName] as [legalFirstName], [i].[legalMiddleName] as [legalMiddleName], [i].[legalLastName] as [legalLastName], [i].[gender] as [gender], convert(char(10), [i].[birthdate], 23) as [birthdate], [i].[raceEthnicityFed] as [raceEthnicityFed], [i].[hispanicEthnicity] as [hispanicEthnicity], [c].[email] as [email], [c].[secondaryEmail] as [secondaryEmail], [c].[homePhone] as [homePhone], [c].[cellPhone] as [cellPhone]
from [dbo].[Person] as [p]
left join [dbo].[Identity] as [i] on [i].[identityID] = [p].[currentIdentityID] and [i].[personID] = [p].[personID]
left join [dbo].[Contact] as [c] on [c].[personID] = [p].[personID]
order by [p].[personID] asc;

-- OtherYearStudent [2027]
select [e].[personID] as [personID], max([c].[endYear]) as [endYear]
from [dbo].[Enrollment] as [e]
left join [dbo].[Calendar] as [c] on [c].[calendarID] = [e].[calendarID]
where (not [c].[endYear] = @p0
or [c].[endYear] is null)
group by [e].[personID]
order by [e].[personID] asc;

-- RelatedPair by student
select [t].[personID1] as [personID1], [t].[personID2] as [personID2], [t].[guardian] as [guardian], [t].[portal] as [portal], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate], [t].[name] as [name], [t].[seq] as [seq]
from [dbo].[RelatedPair] as [t]
order by [t].[personID1] asc, [t].[personID2] asc, [t].[guardian] asc, [t].[portal] asc, [t].[startDate] asc, [t].[endDate] asc, [t].[name] asc, [t].[seq] asc;

-- the count of Roster [2027,2027]
select count(*) as [rows]
from (select [t].[rosterID] as [rosterID], [t].[personID] as [personID], [t].[sectionID] as [sectionID], [t].[trialID] as [trialID], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate]
from [dbo].[Roster] as [t]
where [t].[trialID] in (select [i].[trialID]
from [dbo].[Trial] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0))
or [t].[sectionID] in (select [i].[sectionID]
from [dbo].[Section] as [i] where [i].[courseID] in (select [i].[courseID]
from [dbo].[Course] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p1)))) as [counted];

-- the count of OtherYearStudent [2027]
select count(*) as [rows]
from (select [e].[personID] as [personID], max([c].[endYear]) as [endYear]
from [dbo].[Enrollment] as [e]
left join [dbo].[Calendar] as [c] on [c].[calendarID] = [e].[calendarID]
where (not [c].[endYear] = @p0
or [c].[endYear] is null)
group by [e].[personID]) as [counted];

-- SectionStaffHistory of an older install [2027,2027]
select [t].[sectionStaffID] as [historyID], [t].[sectionID] as [sectionID], [t].[trialID] as [trialID], [t].[personID] as [personID], [t].[staffType] as [staffType], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate]
from [dbo].[SectionStaffHistory] as [t]
where [t].[trialID] in (select [i].[trialID]
from [dbo].[Trial] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0))
or [t].[sectionID] in (select [i].[sectionID]
from [dbo].[Section] as [i] where [i].[courseID] in (select [i].[courseID]
from [dbo].[Course] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p1)))
order by [t].[personID] asc, [t].[sectionStaffID] asc;

-- EmploymentAssignment of an older install
select [t].[assignmentID] as [assignmentID], [t].[personID] as [personID], [t].[schoolID] as [schoolID], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate], [t].[teacher] as [teacher], null as [specialEd], null as [program], null as [behavior], null as [health], null as [responseApprover], null as [rti], null as [advisor], null as [supervisor], null as [counselor], null as [foodService], null as [approver], null as [framProcessor], [t].[externalLMSExclude] as [externalLMSExclude]
from [dbo].[EmploymentAssignment] as [t]
order by [t].[personID] asc, [t].[assignmentID] asc;

-- RelatedPair of an older install
select [t].[personID1] as [personID1], [t].[personID2] as [personID2], [t].[guardian] as [guardian], null as [portal], convert(char(10), [t].[startDate], 23) as [startDate], convert(char(10), [t].[endDate], 23) as [endDate], [t].[name] as [name], null as [seq]
from [dbo].[RelatedPair] as [t]
order by [t].[personID2] asc, [t].[personID1] asc, [t].[guardian] asc, [t].[startDate] asc, [t].[endDate] asc, [t].[name] asc;

-- Section of an older install [2027,2027]
select [t].[sectionID] as [sectionID], [t].[courseID] as [courseID], [t].[trialID] as [trialID], [t].[number] as [number], [t].[roomID] as [roomID], [t].[homeroomSection] as [homeroomSection], [t].[externalLMSExclude] as [externalLMSExclude], null as [active]
from [dbo].[Section] as [t]
where [t].[courseID] in (select [i].[courseID]
from [dbo].[Course] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p0))
or [t].[trialID] in (select [i].[trialID]
from [dbo].[Trial] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] = @p1))
order by [t].[sectionID] asc;

-- Section of two years [2027,2028,2027,2028]
select [t].[sectionID] as [sectionID], [t].[courseID] as [courseID], [t].[trialID] as [trialID], [t].[number] as [number], [t].[roomID] as [roomID], [t].[homeroomSection] as [homeroomSection], [t].[externalLMSExclude] as [externalLMSExclude], [t].[active] as [active]
from [dbo].[Section] as [t]
where [t].[courseID] in (select [i].[courseID]
from [dbo].[Course] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] in (@p0, @p1)))
or [t].[trialID] in (select [i].[trialID]
from [dbo].[Trial] as [i] where [i].[calendarID] in (select [i].[calendarID]
from [dbo].[Calendar] as [i] where [i].[endYear] in (@p2, @p3)))
order by [t].[sectionID] asc;

-- OtherYearStudent of two years [2027,2027,2028,2028]
select [e].[personID] as [personID], max(case when [c].[endYear] = @p0 then null else [c].[endYear] end) as [year0], max(case when [c].[endYear] = @p1 then 0 else 1 end) as [isElsewhere0], max(case when [c].[endYear] = @p2 then null else [c].[endYear] end) as [year1], max(case when [c].[endYear] = @p3 then 0 else 1 end) as [isElsewhere1]
from [dbo].[Enrollment] as [e]
left join [dbo].[Calendar] as [c] on [c].[calendarID] = [e].[calendarID]
group by [e].[personID]
order by [e].[personID] asc;
