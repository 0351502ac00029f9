//! The reference: each rule of docs/modelli.md as plainly as it can be said, however slow.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use sportello_domain::modello::{Posted, Value};

use super::row_id;
use super::tree::{GROUP, OPTIONS, Tree, Ty, Whole};

/// What something comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Worth {
    Bool(bool),
    Number(i128),
    Cents(i128),
    Date(NaiveDate),
    Text(String),
    List(Vec<String>),
}

impl Worth {
    /// An answer of the engine.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Flag(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Number((*number).into()),
            Value::Cents(cents) => Self::Cents((*cents).into()),
            Value::Date(date) => Self::Date(*date),
            Value::Text(text) => Self::Text(text.clone()),
            Value::List(items) => Self::List(items.clone()),
            other => panic!("nothing of the kind was answered: {other:?}"),
        }
    }

    /// Types it into the controls of a name.
    pub fn type_in(&self, name: &str, posted: &mut Posted) {
        match self {
            Self::Bool(flag) => posted.add(name, if *flag { "si" } else { "no" }),
            Self::Number(number) => posted.add(name, number.to_string()),
            Self::Cents(cents) => posted.add(name, format!("{},{:02}", cents / 100, cents % 100)),
            Self::Date(date) => {
                for (part, number) in [("g", date.day() as i32), ("m", date.month() as i32), ("a", date.year())] {
                    posted.add(format!("{name}.{part}"), number.to_string());
                }
            }
            Self::Text(text) => posted.add(name, text),
            Self::List(items) => items.iter().for_each(|item| posted.add(name, item)),
        }
    }
}

/// What must come out.
pub struct Outcome {
    pub filing: BTreeMap<(usize, Option<usize>), Option<Worth>>,
    pub problems: BTreeSet<String>,
}

/// What is known so far while the fields are gone through in order.
struct World<'a> {
    whole: &'a Whole,
    today: NaiveDate,
    year_end: NaiveDate,
    /// Values of what is shown.
    known: BTreeMap<(usize, Option<usize>), Option<Worth>>,
}

/// Goes through a modello and its answers.
pub fn evaluate(whole: &Whole, today: NaiveDate, year_end: NaiveDate) -> Outcome {
    let mut world = World { whole, today, year_end, known: BTreeMap::new() };
    for (at, field) in whole.fields.iter().enumerate() {
        for place in places(whole, at) {
            if field.when.as_ref().is_some_and(|when| !world.holds(when, place)) {
                continue;
            }
            let worth = match &field.value {
                Some(value) => world.worth(value, place),
                None => whole.answers.get(&(at, place)).cloned(),
            };
            world.known.insert((at, place), worth);
        }
    }
    let problems = world.problems();
    Outcome { filing: world.known, problems }
}

/// Where a field stands: once, or in each row.
fn places(whole: &Whole, field: usize) -> Vec<Option<usize>> {
    if whole.fields[field].grouped { (0..whole.rows).map(Some).collect() } else { vec![None] }
}

impl World<'_> {
    fn problems(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for ((at, place), worth) in &self.known {
            let field = &self.whole.fields[*at];
            let path = place.map_or(field.id.clone(), |place| format!("{GROUP}/{}/{}", row_id(place), field.id));
            let holds = |tree: &Option<Tree>| tree.as_ref().map(|tree| self.holds(tree, *place));
            if worth.is_none() && holds(&field.required) == Some(true) {
                found.insert(format!("{path}: required"));
            }
            if worth.is_some() && holds(&field.check) == Some(false) {
                found.insert(format!("{path}: check"));
            }
        }
        for (at, stop) in self.whole.stops.iter().enumerate() {
            if self.holds(stop, None) {
                found.insert(format!("STOP {at}"));
            }
        }
        found
    }

    fn holds(&self, tree: &Tree, place: Option<usize>) -> bool {
        self.worth(tree, place) == Some(Worth::Bool(true))
    }

    fn field(&self, at: usize, grouped: bool, place: Option<usize>) -> Option<Worth> {
        self.known.get(&(at, place.filter(|_| grouped))).cloned().flatten()
    }

    fn rows(&self) -> std::ops::Range<usize> {
        0..self.whole.rows
    }

    fn worth(&self, tree: &Tree, place: Option<usize>) -> Option<Worth> {
        let holds = |tree: &Tree| self.holds(tree, place);
        let yes = |flag: bool| Some(Worth::Bool(flag));
        match tree {
            Tree::Bool(flag) => yes(*flag),
            Tree::Number(number) => Some(Worth::Number((*number).into())),
            Tree::Cents(cents) => Some(Worth::Cents((*cents).into())),
            Tree::Date(date) => Some(Worth::Date(*date)),
            Tree::Text(text) => Some(Worth::Text((*text).to_owned())),
            Tree::Today => Some(Worth::Date(self.today)),
            Tree::YearEnd => Some(Worth::Date(self.year_end)),
            Tree::Field(at, grouped) => self.field(*at, *grouped, place),
            Tree::Given(at, grouped) => yes(self.field(*at, *grouped, place).is_some()),
            Tree::Age(date) => match self.worth(date, place)? {
                Worth::Date(birth) => Some(Worth::Number(age(birth, self.today))),
                other => panic!("{other:?} is no date"),
            },
            Tree::Not(inner) => yes(!holds(inner)),
            Tree::And(left, right) => yes(holds(left) && holds(right)),
            Tree::Or(left, right) => yes(holds(left) || holds(right)),
            Tree::Compare(op, left, right) => yes(compare(op, self.worth(left, place), self.worth(right, place))),
            Tree::OneOf(inner, items) => match self.worth(inner, place) {
                Some(Worth::Text(text)) => yes(items.contains(&text.as_str())),
                _ => yes(false),
            },
            Tree::Within(item, list) => match self.worth(list, place) {
                Some(Worth::List(items)) => yes(items.iter().any(|one| one == item)),
                _ => yes(false),
            },
            Tree::Any(body) => yes(self.rows().any(|row| self.holds(body, Some(row)))),
            Tree::All(body) => yes(self.rows().all(|row| self.holds(body, Some(row)))),
            Tree::Count(body) => {
                let counts = |row: &usize| body.as_ref().is_none_or(|body| self.holds(body, Some(*row)));
                Some(Worth::Number(self.rows().filter(counts).count() as i128))
            }
            Tree::Sum(ty, body) => Some(self.sum(*ty, body)),
            Tree::Calc(op, left, right) => calc(*op, self.worth(left, place)?, self.worth(right, place)?),
            Tree::If(condition, then, other) => self.worth(if holds(condition) { then } else { other }, place),
        }
    }

    fn sum(&self, ty: Ty, body: &Tree) -> Worth {
        let mut sum: i128 = 0;
        for row in self.rows() {
            match self.worth(body, Some(row)) {
                Some(Worth::Number(more) | Worth::Cents(more)) => sum = within(sum + more),
                None => {}
                Some(other) => panic!("{other:?} is not added"),
            }
        }
        if ty == Ty::Cents { Worth::Cents(sum) } else { Worth::Number(sum) }
    }
}

/// What does not fit into 64 bits stops at their end.
fn within(number: i128) -> i128 {
    number.clamp(i64::MIN.into(), i64::MAX.into())
}

fn calc(op: char, left: Worth, right: Worth) -> Option<Worth> {
    let on = |a: i128, b: i128| {
        within(match op {
            '+' => a + b,
            '-' => a - b,
            _ => a * b,
        })
    };
    Some(match (left, right) {
        (Worth::Number(a), Worth::Number(b)) => Worth::Number(on(a, b)),
        (Worth::Cents(a), Worth::Cents(b))
        | (Worth::Cents(a), Worth::Number(b))
        | (Worth::Number(a), Worth::Cents(b)) => Worth::Cents(on(a, b)),
        (Worth::Date(day), Worth::Number(days)) => {
            let number = on(day.num_days_from_ce().into(), days);
            Worth::Date(NaiveDate::from_num_days_from_ce_opt(i32::try_from(number).ok()?)?)
        }
        other => panic!("{other:?} is not calculated"),
    })
}

fn compare(op: &str, left: Option<Worth>, right: Option<Worth>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return op == "!=" };
    let order = match (&left, &right) {
        (Worth::Number(a), Worth::Number(b)) | (Worth::Cents(a), Worth::Cents(b)) => a.cmp(b),
        (Worth::Date(a), Worth::Date(b)) => a.cmp(b),
        _ => return (left == right) == (op == "=="),
    };
    match op {
        "==" => order.is_eq(),
        "!=" => order.is_ne(),
        "<" => order.is_lt(),
        ">" => order.is_gt(),
        "<=" => order.is_le(),
        _ => order.is_ge(),
    }
}

/// Birthdays that have come, one by one; in years without 29 February it is kept on 1 March.
fn age(birth: NaiveDate, today: NaiveDate) -> i128 {
    let birthday = |years: i32| {
        let year = birth.year() + years;
        birth.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)).expect("a year of this age")
    };
    let mut years = -1_000;
    while birthday(years + 1) <= today {
        years += 1;
    }
    years.into()
}

/// What can be chosen, by number.
pub fn option(at: usize) -> &'static str {
    OPTIONS[at % OPTIONS.len()]
}
