-- A hand-written alternative: the tables of a OneRoster 1.2 bundle with the same columns, joined straight from the
-- district's SQLite file and dumped by the sqlite3 shell into the current folder. The same rows but for those that the rules
-- leave out: only the active year, its active trials and its enrolled students are taken. No rule, no check, no list of reasons.
.mode csv
.separator , "\r\n"
.headers on

.once orgs.csv
SELECT districtGUID AS sourcedId, NULL AS status, NULL AS dateLastModified, name, 'district' AS type, number AS identifier,
       NULL AS parentSourcedId
  FROM District
 UNION ALL
SELECT s.schoolGUID, NULL, NULL, s.name, 'school', s.number, d.districtGUID
  FROM School s JOIN District d ON d.districtID = s.districtID;

.once academicSessions.csv
SELECT t.termID AS sourcedId, NULL AS status, NULL AS dateLastModified, t.name AS title, 'term' AS type, t.startDate, t.endDate,
       s.schoolGUID || '-' || c.endYear AS parentSourcedId, c.endYear AS schoolYear
  FROM Term t
  JOIN TermSchedule ts ON ts.termScheduleID = t.termScheduleID
  JOIN ScheduleStructure ss ON ss.structureID = ts.structureID
  JOIN Calendar c ON c.calendarID = ss.calendarID
  JOIN SchoolYear y ON y.endYear = c.endYear AND y.active = 1
  JOIN School s ON s.schoolID = c.schoolID;

.once courses.csv
SELECT c.courseID AS sourcedId, NULL AS status, NULL AS dateLastModified, s.schoolGUID || '-' || k.endYear AS schoolYearSourcedId,
       c.name AS title, c.number AS courseCode, NULL AS grades, s.schoolGUID AS orgSourcedId, d.name AS subjects,
       c.scedSubjectArea || c.scedCourseId AS subjectCodes
  FROM Course c
  JOIN Calendar k ON k.calendarID = c.calendarID
  JOIN SchoolYear y ON y.endYear = k.endYear AND y.active = 1
  JOIN School s ON s.schoolID = k.schoolID
  LEFT JOIN Department d ON d.departmentID = c.departmentID;

.once classes.csv
SELECT x.sectionID AS sourcedId, NULL AS status, NULL AS dateLastModified, c.name || ' ' || x.number AS title, NULL AS grades,
       c.courseID AS courseSourcedId, c.number || '-' || x.number AS classCode,
       CASE WHEN c.homeroom = 1 OR x.homeroomSection = 1 THEN 'homeroom' ELSE 'scheduled' END AS classType,
       r.name AS location, s.schoolGUID AS schoolSourcedId,
       (SELECT group_concat(DISTINCT p.termID) FROM SectionPlacement p WHERE p.sectionID = x.sectionID) AS termSourcedIds,
       d.name AS subjects, c.scedSubjectArea || c.scedCourseId AS subjectCodes,
       (SELECT group_concat(DISTINCT q.name) FROM SectionPlacement p JOIN Period q ON q.periodID = p.periodID
         WHERE p.sectionID = x.sectionID) AS periods
  FROM Section x
  JOIN Course c ON c.courseID = x.courseID
  JOIN Trial t ON t.trialID = x.trialID AND t.active = 1
  JOIN Calendar k ON k.calendarID = c.calendarID
  JOIN SchoolYear y ON y.endYear = k.endYear AND y.active = 1
  JOIN School s ON s.schoolID = k.schoolID
  LEFT JOIN Department d ON d.departmentID = c.departmentID
  LEFT JOIN Room r ON r.roomID = x.roomID;

.once enrollments.csv
SELECT 's' || r.rosterID AS sourcedId, NULL AS status, NULL AS dateLastModified, r.sectionID AS classSourcedId,
       s.schoolGUID AS schoolSourcedId, p.personGUID AS userSourcedId, 'student' AS role, NULL AS "primary",
       r.startDate AS beginDate, r.endDate
  FROM Roster r
  JOIN Section x ON x.sectionID = r.sectionID
  JOIN Trial t ON t.trialID = r.trialID AND t.active = 1
  JOIN Course c ON c.courseID = x.courseID
  JOIN Calendar k ON k.calendarID = c.calendarID
  JOIN SchoolYear y ON y.endYear = k.endYear AND y.active = 1
  JOIN School s ON s.schoolID = k.schoolID
  JOIN Person p ON p.personID = r.personID
 UNION ALL
SELECT 't' || h.historyID, NULL, NULL, h.sectionID, s.schoolGUID, p.personGUID, 'teacher',
       CASE h.staffType WHEN 'P' THEN 'true' ELSE 'false' END, h.startDate, h.endDate
  FROM SectionStaffHistory h
  JOIN Section x ON x.sectionID = h.sectionID
  JOIN Trial t ON t.trialID = h.trialID AND t.active = 1
  JOIN Course c ON c.courseID = x.courseID
  JOIN Calendar k ON k.calendarID = c.calendarID
  JOIN SchoolYear y ON y.endYear = k.endYear AND y.active = 1
  JOIN School s ON s.schoolID = k.schoolID
  JOIN Person p ON p.personID = h.personID
 WHERE h.staffType IN ('P', 'T');

CREATE TEMP TABLE student AS
SELECT e.personID, min(s.schoolGUID) AS school, max(g.stateGrade) AS grade, min(e.startDate) AS beginDate
  FROM Enrollment e
  JOIN Calendar k ON k.calendarID = e.calendarID
  JOIN SchoolYear y ON y.endYear = k.endYear AND y.active = 1
  JOIN School s ON s.schoolID = k.schoolID
  LEFT JOIN GradeLevel g ON g.calendarID = e.calendarID AND g.structureID = e.structureID AND g.name = e.grade
 GROUP BY e.personID;
CREATE UNIQUE INDEX temp.studentID ON student (personID);

CREATE TEMP TABLE staff AS
SELECT a.personID, s.schoolGUID AS school, CASE a.teacher WHEN 1 THEN 'teacher' ELSE 'aide' END AS role,
       a.startDate AS beginDate, a.endDate
  FROM EmploymentAssignment a JOIN School s ON s.schoolID = a.schoolID;
CREATE INDEX temp.staffID ON staff (personID);

CREATE TEMP TABLE agent AS
SELECT r.personID2 AS personID, t.school, CASE r.guardian WHEN 1 THEN 'guardian' ELSE 'relative' END AS role, r.personID1
  FROM RelatedPair r JOIN student t ON t.personID = r.personID1
 WHERE r.portal = 1;
CREATE INDEX temp.agentID ON agent (personID);
CREATE INDEX temp.agentOf ON agent (personID1);

.once users.csv
SELECT p.personGUID AS sourcedId, NULL AS status, NULL AS dateLastModified,
       CASE u.disable WHEN 1 THEN 'false' ELSE 'true' END AS enabledUser, u.username, '{stateID:' || p.stateID || '}' AS userIds,
       i.firstName AS givenName, i.lastName AS familyName, i.middleName, coalesce(p.studentNumber, p.staffNumber) AS identifier,
       c.email, c.cellPhone AS sms, c.homePhone AS phone,
       (SELECT group_concat(q.personGUID) FROM agent a JOIN Person q ON q.personID IN (a.personID, a.personID1)
         WHERE a.personID1 = p.personID AND q.personID <> p.personID) AS agentSourcedIds,
       t.grade AS grades, NULL AS password, NULL AS userMasterIdentifier, NULL AS preferredGivenName, NULL AS preferredMiddleName,
       NULL AS preferredFamilyName,
       coalesce(t.school, (SELECT school FROM staff WHERE staff.personID = p.personID),
         (SELECT school FROM agent WHERE agent.personID = p.personID)) AS primaryOrgSourcedId, NULL AS pronouns
  FROM Person p
  JOIN Identity i ON i.identityID = p.currentIdentityID
  LEFT JOIN Contact c ON c.personID = p.personID
  LEFT JOIN UserAccount u ON u.personID = p.personID
  LEFT JOIN student t ON t.personID = p.personID
 WHERE t.personID IS NOT NULL
    OR EXISTS (SELECT 1 FROM staff WHERE staff.personID = p.personID)
    OR EXISTS (SELECT 1 FROM agent WHERE agent.personID = p.personID);

.once roles.csv
SELECT p.personGUID || '.' || r.role || '.' || r.school AS sourcedId, NULL AS status, NULL AS dateLastModified,
       p.personGUID AS userSourcedId, 'primary' AS roleType, r.role, r.beginDate, r.endDate, r.school AS orgSourcedId,
       NULL AS userProfileSourcedId
  FROM (SELECT personID, school, 'student' AS role, beginDate, NULL AS endDate FROM student
         UNION ALL SELECT personID, school, role, beginDate, endDate FROM staff
         UNION ALL SELECT DISTINCT personID, school, role, NULL, NULL FROM agent) r
  JOIN Person p ON p.personID = r.personID;

.once demographics.csv
SELECT p.personGUID AS sourcedId, NULL AS status, NULL AS dateLastModified, i.birthdate AS birthDate,
       CASE i.gender WHEN 'F' THEN 'female' WHEN 'M' THEN 'male' WHEN 'X' THEN 'other' END AS sex,
       iif(i.raceEthnicityFed = '2', 'true', NULL) AS americanIndianOrAlaskaNative, iif(i.raceEthnicityFed = '3', 'true', NULL) AS asian,
       iif(i.raceEthnicityFed = '4', 'true', NULL) AS blackOrAfricanAmerican,
       iif(i.raceEthnicityFed = '5', 'true', NULL) AS nativeHawaiianOrOtherPacificIslander,
       iif(i.raceEthnicityFed = '6', 'true', NULL) AS white, iif(i.raceEthnicityFed = '7', 'true', NULL) AS demographicRaceTwoOrMoreRaces,
       iif(i.hispanicEthnicity = 'Y', 'true', NULL) AS hispanicOrLatinoEthnicity, NULL AS countryOfBirthCode,
       NULL AS stateOfBirthAbbreviation, NULL AS cityOfBirth, NULL AS publicSchoolResidenceStatus
  FROM student t
  JOIN Person p ON p.personID = t.personID
  JOIN Identity i ON i.identityID = p.currentIdentityID;
