"""The SQL that invents a large company: every value a function of its row's number and the seed."""

from __future__ import annotations

from collections.abc import Mapping

from cmreview.records.schema import TABLES

# ``draw(i, salt)`` is a whole number below 2**31 that looks drawn by lot. DuckDB's own hash may change from
# one version to the next, and so would the bytes.
MACROS = (
    "CREATE MACRO stirred(x) AS (xor(x, x >> 15) * 40692) % 2147483399",
    "CREATE MACRO first(i, salt) AS stirred(((i + 1) * 48271 + (salt + {seed} * 97) * 1000003) % 2147483647)",
    "CREATE MACRO draw(i, salt) AS stirred(xor(first(i, salt), salt * 7919))",
    "CREATE MACRO below(i, salt, n) AS draw(i, salt) % n",
    "CREATE MACRO manager(n) AS 'M' || lpad((n + 1)::VARCHAR, 6, '0')",
    "CREATE MACRO customer(n) AS 'K' || lpad((n + 1)::VARCHAR, 9, '0')",
    "CREATE MACRO numbered(n) AS lpad((n % greatest({managers} // 20, 1) + 1)::VARCHAR, 3, '0')",
    "CREATE MACRO department(n) AS '客户' || numbered(n) || '部'",
    # who looks after a customer, and on which day that manager was hired
    "CREATE MACRO keeper(k) AS below(k, 11, {managers})",
    "CREATE MACRO hired(n) AS DATE '2008-01-01' + (below(n, 21, 4700))::INTEGER",
    # a third of the customers were there before the records begin
    "CREATE MACRO since(k) AS (CASE WHEN below(k, 56, 3) = 0 THEN 0 ELSE below(k, 57, 1800) END)::INTEGER",
    "CREATE MACRO one_of(text, n) AS text[(n % length(text) + 1)::BIGINT]",
)

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国志海燕文博雅琪"
_PLACES = "华东华北华南西南西北东北江南海西滨江临港"
_TRADES = "机械电子纺织医药食品物流化工建材能源农业"

SELECTS: Mapping[str, str] = {
    "managers": f"""
SELECT manager(i) AS manager_id,
  one_of('{_SURNAMES}', below(i, 1, 30)) || one_of('{_GIVEN}', below(i, 2, 36))
    || CASE WHEN below(i, 3, 3) > 0 THEN one_of('{_GIVEN}', below(i, 4, 36)) ELSE '' END AS name,
  department(i) AS department,
  hired(i) AS hired_on,
  hired(i) AS account_manager_since,
  NULL::DATE AS left_on,
  CASE below(i, 5, 4) WHEN 0 THEN 'associate' WHEN 3 THEN 'master' ELSE 'bachelor' END AS degree
FROM range({{first}}, {{last}}) AS numbers(i)""",
    # two lines a person: the level that was held first, and the one since
    "level_history": """
SELECT manager(i // 2) AS manager_id,
  department(i // 2) AS department,
  CASE below(i // 2, 31, 10) + (i % 2) * 3
    WHEN 12 THEN 'senior' WHEN 11 THEN 'senior' WHEN 10 THEN 'intermediate' WHEN 9 THEN 'intermediate'
    WHEN 8 THEN 'intermediate' ELSE 'junior' END AS level,
  CASE i % 2 WHEN 0 THEN hired(i // 2) ELSE DATE '2021-01-01' + (below(i // 2, 32, 1400))::INTEGER END
    AS start,
  CASE i % 2 WHEN 0 THEN DATE '2020-12-31' + (below(i // 2, 32, 1400))::INTEGER END AS "end"
FROM range({first}, {last}) AS numbers(i)""",
    "exams": """
SELECT manager(i) AS manager_id,
  CASE WHEN below(i, 31, 10) >= 8 THEN 'senior' WHEN below(i, 31, 10) >= 5 THEN 'intermediate'
    ELSE 'junior' END AS level,
  DATE '2020-06-01' + (below(i, 41, 700))::INTEGER AS taken_on,
  below(i, 42, 10) > 0 AS passed
FROM range({first}, {last}) AS numbers(i)""",
    "customers": f"""
SELECT customer(i) AS customer_id,
  substr('{_PLACES}', 1 + 2 * (below(i, 51, 10))::BIGINT, 2) || one_of('{_GIVEN}', below(i, 52, 36))
    || one_of('{_GIVEN}', below(i, 53, 36)) || substr('{_TRADES}', 1 + 2 * (below(i, 54, 10))::BIGINT, 2)
    || '有限公司' AS name,
  below(i, 55, 50) = 0 AS key_customer,
  substr('{_PLACES}', 1 + 2 * (below(i, 51, 10))::BIGINT, 2) AS region,
  substr('{_TRADES}', 1 + 2 * (below(i, 54, 10))::BIGINT, 2) AS customer_group
FROM range({{first}}, {{last}}) AS numbers(i)""",
    # every twentieth row is the second of a contract that two people share, six to four
    "contracts": """
WITH numbered AS (
  SELECT i, CASE WHEN i % 20 = 19 THEN i - 1 ELSE i END AS c FROM range({first}, {last}) AS numbers(i)),
drawn AS (
  SELECT i, c, below(c, 61, {customers}) AS k, draw(c, 62) AS a FROM numbered),
held AS (
  SELECT *, DATE '2021-01-01' + (since(k) + below(c, 63, 1826 - since(k)))::INTEGER AS day,
    CASE WHEN below(c, 64, 100) < 85 THEN keeper(k) ELSE below(c, 65, {managers}) END AS m FROM drawn)
SELECT 'HT' || lpad(c::VARCHAR, 10, '0') AS contract_id,
  customer(k) AS customer_id,
  manager(CASE WHEN i = c THEN m ELSE (m + 1) % {managers} END) AS manager_id,
  (CASE WHEN i <> c THEN 0.4 WHEN c % 20 = 18 AND i + 1 < {contracts} THEN 0.6 END)::DECIMAL(9, 6) AS share,
  ((CASE WHEN a % 100 < 3 THEN a % 9000000 + 1000000 ELSE a % 300000 + 1000 END)::DECIMAL(18, 4)
    + (a % 100)::DECIMAL(16, 2) * 0.01::DECIMAL(3, 2))::DECIMAL(18, 4) AS amount,
  day AS signed_on,
  CASE WHEN below(c, 66, 10) > 0 THEN day + (30 + below(c, 67, 870))::INTEGER END AS end_on,
  CASE WHEN below(c, 68, 100) < 3 THEN day + (1 + below(c, 69, 300))::INTEGER END AS cancelled_on
FROM held""",
    "surveys": """
SELECT customer(i // 2) AS customer_id,
  manager(keeper(i // 2)) AS manager_id,
  make_date((2024 + i % 2)::INTEGER, 11, 1) + (below(i, 71, 40))::INTEGER AS surveyed_on,
  CASE WHEN below(i, 72, 5) > 0
    THEN (5 - least(below(i, 73, 5), below(i, 74, 5), below(i, 75, 5)))::DECIMAL(9, 4) END AS score
FROM range({first}, {last}) AS numbers(i)""",
    "complaints": """
SELECT 'TS' || lpad((i + 1)::VARCHAR, 9, '0') AS complaint_id,
  customer(below(i, 81, {customers})) AS customer_id,
  manager(keeper(below(i, 81, {customers}))) AS manager_id,
  DATE '2021-01-01' + (below(i, 82, 1826))::INTEGER AS received_on,
  CASE below(i, 83, 10) WHEN 0 THEN NULL WHEN 1 THEN false ELSE true END AS upheld
FROM range({first}, {last}) AS numbers(i)""",
    "projects": """
SELECT 'XM' || lpad((i + 1)::VARCHAR, 9, '0') AS project_id,
  '重点项目' || (i + 1)::VARCHAR AS name,
  manager(below(i, 91, {managers})) AS manager_id,
  CASE WHEN below(i, 92, 8) > 0 THEN DATE '2021-01-01' + (below(i, 93, 1826))::INTEGER END AS completed_on,
  (below(i, 94, 400) * 10000)::DECIMAL(18, 4) AS benefit
FROM range({first}, {last}) AS numbers(i)""",
}

COLUMNS: Mapping[str, tuple[str, ...]] = {
    name: tuple(column.name for column in TABLES[name].columns) for name in SELECTS
}
