-- The entitlement rules by hand, in fen; {who.…} and {how.…} are the values in force, {person} … the files of each table.
CREATE TEMP TABLE members AS
SELECT household_key, count(*) AS members,
    count(*) FILTER (labour IN (1, 2, 5)) AS able_members,
    count(*) FILTER (work_months > 0) AS workers,
    count(*) FILTER (work_months IS NULL AND (20151231 - birth_date) // 10000 >= {who.work.first_age}) AS months_unknown,
    count(*) FILTER (labour IS NULL AND (20151231 - birth_date) // 10000 >= {who.work.first_age}) AS labour_unknown,
    count(*) FILTER (health = 60 OR disability_grade IS NOT NULL) AS disabled_members,
    count(*) FILTER (health IN (30, 40)) AS ill_members,
    count(*) FILTER ((20151231 - birth_date) // 10000 >= {how.safety_net.elderly_age}) AS elderly_members
FROM read_parquet({person}) GROUP BY household_key;

CREATE TEMP TABLE settled AS
SELECT person_key,
    sum(own_payment) FILTER (care_kind = 1)::BIGINT AS own_inpatient,
    sum(own_payment) FILTER (care_kind = 1 AND disease_listed)::BIGINT AS own_listed,
    sum(own_payment) FILTER (care_kind = 2)::BIGINT AS own_chronic,
    max(hospital_level) FILTER (care_kind = 1) AS hospital_highest
FROM read_parquet({medical_settlements})
WHERE link = 1 AND settled_on // 10000 = 2015 AND settled_on <= 20151231 GROUP BY person_key;

CREATE TEMP VIEW person_answers AS
WITH facts AS (
    SELECT p.*, (20151231 - birth_date) // 10000 AS age, h.household_kind, h.household_kind IN (1, 2, 3, 11, 12) AS reach,
        h.household_kind IN (2, 3) AS key_class, health = 60 OR disability_grade IS NOT NULL AS disabled,
        school_status > 0 AND school_status <> 85 AS at_school, coalesce(own_inpatient, 0) AS inpatient,
        coalesce(own_chronic, 0) AS chronic,
        coalesce(CASE WHEN h.household_kind IN (2, 3) THEN own_inpatient ELSE own_listed END, 0) AS base,
        CASE hospital_highest WHEN 1 THEN {how.medical.inpatient_cap.county} WHEN 2 THEN {how.medical.inpatient_cap.city}
            WHEN 3 THEN {how.medical.inpatient_cap.province} ELSE 0 END AS cap
    FROM read_parquet({person}) p LEFT JOIN read_parquet({household}) h USING (household_key)
    LEFT JOIN settled USING (person_key)
)
SELECT
    reach AND school_status = 10 AS student_aid_preschool,
    reach AND school_status IN (20, 30, 80) AS student_aid_compulsory,
    reach AND school_status = 40 AS student_aid_senior,
    reach AND school_status = 45 AS student_aid_vocational,
    reach AND school_status IN (50, 60) AS student_aid_higher,
    reach AND school_status IN (45, 50) AS rain_and_dew,
    age BETWEEN {how.preschool.first_age} AND {how.preschool.last_age} AS preschool_place,
    age BETWEEN {who.schooling.compulsory_late_start_age} AND {who.schooling.compulsory_last_age} AS compulsory_place,
    reach AND labour IN (1, 5) AND age BETWEEN {who.work.first_age} AND {how.employment.last_age} AND NOT at_school AS skill,
    household_kind = 2 AND disabled AND disability_grade IN (1, 2, 3, 4) AS disability_living,
    disabled AND disability_grade IN (1, 2) AS disability_care,
    reach AS medical_insurance,
    reach AND inpatient > cap AS inpatient_cap,
    reach AND chronic > 0 AS chronic_outpatient,
    reach AND base > 0 AS medical_relief,
    CASE WHEN student_aid_preschool THEN greatest({how.student_aid.preschool_grant.first},
        {how.student_aid.preschool_grant.second}, {how.student_aid.preschool_grant.third}) ELSE 0 END
        AS student_aid_preschool_due,
    -- No school roll says who boards: the meals are certain, the living allowance is not.
    CASE WHEN student_aid_compulsory THEN greatest({how.student_aid.compulsory_meals.first},
        {how.student_aid.compulsory_meals.second}, {how.student_aid.compulsory_meals.third}) ELSE 0 END
        AS student_aid_compulsory_due,
    CASE WHEN student_aid_senior THEN greatest({how.student_aid.senior_grant.first},
        {how.student_aid.senior_grant.second}, {how.student_aid.senior_grant.third})
        + greatest({how.student_aid.senior_fees.first}, {how.student_aid.senior_fees.second},
        {how.student_aid.senior_fees.third}) ELSE 0 END AS student_aid_senior_due,
    CASE WHEN student_aid_vocational THEN greatest({how.student_aid.vocational_grant.first},
        {how.student_aid.vocational_grant.second}, {how.student_aid.vocational_grant.third})
        + greatest({how.student_aid.vocational_fees.first}, {how.student_aid.vocational_fees.second},
        {how.student_aid.vocational_fees.third}) ELSE 0 END AS student_aid_vocational_due,
    CASE WHEN student_aid_higher THEN greatest({how.student_aid.higher_grant.first},
        {how.student_aid.higher_grant.second}, {how.student_aid.higher_grant.third}) ELSE 0 END AS student_aid_higher_due,
    CASE WHEN rain_and_dew THEN {how.rain_and_dew.term} ELSE 0 END AS rain_and_dew_due,
    CASE WHEN disability_living THEN {how.disability.living_monthly} ELSE 0 END AS disability_living_due,
    CASE WHEN disability_care THEN {how.disability.care_monthly} ELSE 0 END AS disability_care_due,
    CASE WHEN inpatient_cap THEN inpatient - cap ELSE 0 END AS inpatient_cap_due,
    CASE WHEN chronic_outpatient THEN chronic * {how.medical.chronic_share} // 10000 ELSE 0 END AS chronic_outpatient_due,
    CASE WHEN medical_relief THEN least(base, cap) * CASE WHEN key_class THEN {how.medical.relief_share.key}
        ELSE {how.medical.relief_share.registered} END // 10000 ELSE 0 END AS medical_relief_due
FROM facts;

CREATE TEMP VIEW household_answers AS
WITH facts AS (
    SELECT h.*, members.* EXCLUDE (household_key), household_kind IN (1, 2, 3, 11, 12) AS reach,
        (income_net - income_transfer * (10000 - {how.assistance.counted_transfer}) // 10000) // nullif(members, 0) AS own_per_head
    FROM read_parquet({household}) h LEFT JOIN members USING (household_key)
)
SELECT
    own_per_head < {how.assistance.allowance_standard} AND household_kind <> 3 AS subsistence_allowance,
    reach AND (household_kind = 3 OR (able_members = 0 AND labour_unknown = 0) OR disabled_members > 0
        OR elderly_members > 0 OR ill_members > 0) AS safety_net,
    reach AND able_members > 0 AS household_skill,
    reach AND able_members > 0 AS industry_item,
    reach AND able_members > 0 AND CASE WHEN workers > 0 THEN FALSE WHEN months_unknown > 0 THEN NULL ELSE TRUE END
        AS transfer_job,
    dwelling_grade IN (3, 4) AS house_renovation,
    CASE WHEN house_renovation THEN CASE dwelling_grade WHEN 3 THEN {how.renovation.grade_c}
        ELSE {how.renovation.grade_d} END ELSE 0 END AS house_renovation_due
FROM facts;
