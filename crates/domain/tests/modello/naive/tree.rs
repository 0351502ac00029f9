//! A modello as the reference sees it, and how an author writes it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::NaiveDate;

use super::reference::Worth;

/// The one group.
pub const GROUP: &str = "g";
/// What choices offer.
pub const OPTIONS: [&str; 3] = ["alfa", "beta", "gamma"];

/// Types of fields and of parts of expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    Bool,
    Number,
    Cents,
    Date,
    Choice,
    List,
}

impl Ty {
    pub const ALL: [Self; 6] = [Self::Bool, Self::Number, Self::Cents, Self::Date, Self::Choice, Self::List];

    fn kind(self) -> &'static str {
        match self {
            Self::Bool => "yes_no",
            Self::Number => "integer",
            Self::Cents => "money",
            Self::Date => "date",
            Self::Choice => "choice",
            Self::List => "multi_choice",
        }
    }
}

/// A part of an expression.
#[derive(Clone, Debug)]
pub enum Tree {
    Bool(bool),
    Number(i64),
    Cents(i64),
    Date(NaiveDate),
    Text(&'static str),
    Today,
    YearEnd,
    /// A field, of the row in hand or outside groups.
    Field(usize, bool),
    Given(usize, bool),
    Age(Box<Tree>),
    Not(Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Compare(&'static str, Box<Tree>, Box<Tree>),
    OneOf(Box<Tree>, Vec<&'static str>),
    Within(&'static str, Box<Tree>),
    Any(Box<Tree>),
    All(Box<Tree>),
    Count(Option<Box<Tree>>),
    Sum(Ty, Box<Tree>),
    Calc(char, Box<Tree>, Box<Tree>),
    If(Box<Tree>, Box<Tree>, Box<Tree>),
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    pub id: String,
    pub grouped: bool,
    /// 0, 1 or 2: before, on and after the page of the group.
    pub page: usize,
    pub ty: Ty,
    pub when: Option<Tree>,
    pub required: Option<Tree>,
    pub check: Option<Tree>,
    /// Worked out instead of asked.
    pub value: Option<Tree>,
}

/// A modello with the answers of one person.
#[derive(Clone, Debug)]
pub struct Whole {
    pub fields: Vec<Field>,
    pub stops: Vec<Tree>,
    pub rows: usize,
    /// By field and place.
    pub answers: BTreeMap<(usize, Option<usize>), Worth>,
}

const HEAD: &str = r#"code = "prova"
title = "Prova"
service = "prove"
sign_in = "spid-l2"
procedure = "prova"
[[group]]
id = "g"
page = "p1"
title = "G"
row_name = "R"
row_title = "R"
[[example]]
name = "vuoto"
expect = { errors = [] }
"#;

impl Whole {
    /// The text of the modello.
    pub fn written(&self) -> String {
        let mut text = HEAD.to_owned();
        for page in 0..3 {
            write!(text, "[[page]]\nid = \"p{page}\"\nstep = \"preferenze\"\ntitle = \"P\"\n").expect("a string grows");
        }
        for field in &self.fields {
            self.write_field(&mut text, field);
        }
        for (at, stop) in self.stops.iter().enumerate() {
            let when = self.say(stop);
            write!(text, "[[stop]]\nid = \"s{at}\"\nmessage = \"STOP {at}\"\nwhen = '''{when}'''\n")
                .expect("a string grows");
        }
        text
    }

    /// A modello of one group, one field in it and one outside, with a stop.
    pub fn with_stop(when: &str) -> String {
        let page = |page: &str| format!("[[page]]\nid = \"{page}\"\nstep = \"preferenze\"\ntitle = \"P\"\n");
        let field =
            |id: &str, place: &str| format!("[[field]]\nid = \"{id}\"\nkind = \"yes_no\"\nlabel = \"F\"\n{place}\n");
        let fields = field("b", "page = \"p0\"") + &field("r", "group = \"g\"");
        format!(
            "{HEAD}{}{}{fields}[[stop]]\nid = \"s\"\nmessage = \"S\"\nwhen = '''{when}'''\n",
            page("p0"),
            page("p1")
        )
    }

    fn write_field(&self, text: &mut String, field: &Field) {
        let place = if field.grouped { "group = \"g\"".to_owned() } else { format!("page = \"p{}\"", field.page) };
        write!(text, "[[field]]\nid = \"{}\"\nlabel = \"F\"\n{place}\n", field.id).expect("a string grows");
        let settings = match (&field.value, field.ty) {
            (Some(value), ty) => {
                let gives = if ty == Ty::Choice { "text" } else { ty.kind() };
                format!("kind = \"computed\"\ngives = \"{gives}\"\nvalue = '''{}'''\n", self.say(value))
            }
            (None, ty @ (Ty::Choice | Ty::List)) => format!("kind = \"{}\"\noptions = {OPTIONS:?}\n", ty.kind()),
            (None, Ty::Number) => "kind = \"integer\"\n".to_owned(),
            (None, ty) => format!("kind = \"{}\"\n", ty.kind()),
        };
        text.push_str(&settings);
        for (key, tree) in [("when", &field.when), ("required", &field.required), ("check", &field.check)] {
            if let Some(tree) = tree {
                writeln!(text, "{key} = '''{}'''", self.say(tree)).expect("a string grows");
            }
        }
        if field.check.is_some() {
            text.push_str("check_message = \"CHECK\"\n");
        }
    }

    /// A tree as an author writes it, every part in brackets.
    pub fn say(&self, tree: &Tree) -> String {
        let field = |at: usize, grouped: bool| format!("{}{}", if grouped { "row." } else { "" }, self.fields[at].id);
        let two = |left: &Tree, op: &str, right: &Tree| format!("({} {op} {})", self.say(left), self.say(right));
        match tree {
            Tree::Bool(value) => value.to_string(),
            Tree::Number(number) => number.to_string(),
            Tree::Cents(cents) => format!("{}.{:02}", cents / 100, cents % 100),
            Tree::Date(date) => date.to_string(),
            Tree::Text(text) => format!("\"{text}\""),
            Tree::Today => "today".to_owned(),
            Tree::YearEnd => "year_end".to_owned(),
            Tree::Field(at, grouped) => field(*at, *grouped),
            Tree::Given(at, grouped) => format!("given({})", field(*at, *grouped)),
            Tree::Age(date) => format!("age({})", self.say(date)),
            Tree::Not(inner) => format!("(not {})", self.say(inner)),
            Tree::And(left, right) => two(left, "and", right),
            Tree::Or(left, right) => two(left, "or", right),
            Tree::Compare(op, left, right) => two(left, op, right),
            Tree::OneOf(inner, items) => format!("({} in {items:?})", self.say(inner)),
            Tree::Within(item, list) => format!("(\"{item}\" in {})", self.say(list)),
            Tree::Any(body) => format!("any({GROUP}, {})", self.say(body)),
            Tree::All(body) => format!("all({GROUP}, {})", self.say(body)),
            Tree::Count(None) => format!("count({GROUP})"),
            Tree::Count(Some(body)) => format!("count({GROUP}, {})", self.say(body)),
            Tree::Sum(_, body) => format!("sum({GROUP}, {})", self.say(body)),
            Tree::Calc(op, left, right) => two(left, &op.to_string(), right),
            Tree::If(condition, then, other) => {
                format!("if({}, {}, {})", self.say(condition), self.say(then), self.say(other))
            }
        }
    }
}
