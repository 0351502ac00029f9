//! Modelli, answers and expressions drawn from a tape of bytes: a shorter tape draws simpler ones, so a failure shrinks.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde_json::Value as Json;

use super::reference::{Worth, option};
use super::tree::{Field, Tree, Ty, Whole};

/// Bytes that decide; at its end everything is the first choice.
pub struct Tape<'a>(std::slice::Iter<'a, u8>);

impl<'a> Tape<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    /// A number below `many`.
    fn below(&mut self, many: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % many
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(256) >= 256 - percent * 256 / 100
    }

    fn date(&mut self) -> NaiveDate {
        let first = NaiveDate::from_ymd_opt(2004, 2, 29).expect("a leap day");
        first + Days::new((self.below(256) * 32 + self.below(32)) as u64)
    }
}

/// Which fields an expression may read, and how deep it may go.
#[derive(Clone, Copy)]
struct Scope<'a> {
    fields: &'a [Field],
    /// Fields before this one may be read.
    before: usize,
    /// Whether a row is in hand.
    row: bool,
    /// Whether rows may be looked through.
    loops: bool,
    depth: usize,
}

impl Scope<'_> {
    fn deeper(self) -> Self {
        Self { depth: self.depth - 1, ..self }
    }

    fn within(self) -> Self {
        Self { row: true, loops: false, ..self.deeper() }
    }

    /// Fields of a type that may be read.
    fn known(self, ty: Ty) -> Vec<(usize, bool)> {
        let fields = self.fields[..self.before].iter().enumerate();
        let known = fields.filter(|(_, field)| field.ty == ty && (self.row || !field.grouped));
        known.map(|(at, field)| (at, field.grouped)).collect()
    }

    fn rows_are_known(self) -> bool {
        self.loops && self.fields[..self.before].iter().any(|field| field.grouped)
    }
}

fn pick<T: Copy>(tape: &mut Tape<'_>, from: &[T]) -> Option<T> {
    (!from.is_empty()).then(|| from[tape.below(from.len())])
}

fn part(tape: &mut Tape<'_>, ty: Ty, scope: Scope<'_>) -> Box<Tree> {
    Box::new(tree(tape, ty, scope.deeper()))
}

fn tree(tape: &mut Tape<'_>, ty: Ty, scope: Scope<'_>) -> Tree {
    let field = if tape.chance(50) { pick(tape, &scope.known(ty)) } else { None };
    if let Some((at, grouped)) = field.filter(|_| scope.depth == 0 || tape.chance(30)) {
        return Tree::Field(at, grouped);
    }
    if scope.depth == 0 {
        return literal(tape, ty);
    }
    match ty {
        Ty::Bool => condition(tape, scope),
        Ty::Number | Ty::Cents | Ty::Date => number(tape, ty, scope),
        Ty::Choice | Ty::List => literal(tape, ty),
    }
}

fn literal(tape: &mut Tape<'_>, ty: Ty) -> Tree {
    match ty {
        Ty::Bool => Tree::Bool(tape.below(2) == 1),
        Ty::Number => Tree::Number(tape.below(6) as i64),
        Ty::Cents => Tree::Cents(tape.below(256) as i64 * 50),
        Ty::Date if tape.chance(20) => Tree::YearEnd,
        Ty::Date if tape.chance(60) => Tree::Today,
        Ty::Date => Tree::Date(tape.date()),
        Ty::Choice | Ty::List => Tree::Text(option(tape.below(3))),
    }
}

fn condition(tape: &mut Tape<'_>, scope: Scope<'_>) -> Tree {
    let all: Vec<(usize, bool)> = Ty::ALL.iter().flat_map(|ty| scope.known(*ty)).collect();
    match tape.below(10) {
        0 => match pick(tape, &all) {
            Some((at, grouped)) => Tree::Given(at, grouped),
            None => Tree::Bool(true),
        },
        1 => Tree::Not(part(tape, Ty::Bool, scope)),
        2 => Tree::And(part(tape, Ty::Bool, scope), part(tape, Ty::Bool, scope)),
        3 => Tree::Or(part(tape, Ty::Bool, scope), part(tape, Ty::Bool, scope)),
        4 => match pick(tape, &scope.known(Ty::Choice)) {
            Some((at, grouped)) => {
                let items = (0..1 + tape.below(2)).map(|_| option(tape.below(3))).collect();
                Tree::OneOf(Box::new(Tree::Field(at, grouped)), items)
            }
            None => Tree::Bool(false),
        },
        5 => match pick(tape, &scope.known(Ty::List)) {
            Some((at, grouped)) => Tree::Within(option(tape.below(3)), Box::new(Tree::Field(at, grouped))),
            None => Tree::Bool(true),
        },
        6 if scope.rows_are_known() => Tree::Any(Box::new(tree(tape, Ty::Bool, scope.within()))),
        7 if scope.rows_are_known() => Tree::All(Box::new(tree(tape, Ty::Bool, scope.within()))),
        _ => comparison(tape, scope),
    }
}

fn comparison(tape: &mut Tape<'_>, scope: Scope<'_>) -> Tree {
    const ORDERED: [&str; 6] = ["==", "!=", "<", ">", "<=", ">="];
    let ty = [Ty::Number, Ty::Cents, Ty::Date, Ty::Bool, Ty::Choice][tape.below(5)];
    if ty == Ty::Choice {
        let Some((at, grouped)) = pick(tape, &scope.known(ty)) else { return Tree::Bool(false) };
        let right = Box::new(Tree::Text(option(tape.below(3))));
        return Tree::Compare(ORDERED[tape.below(2)], Box::new(Tree::Field(at, grouped)), right);
    }
    let op = ORDERED[tape.below(if ty == Ty::Bool { 2 } else { 6 })];
    Tree::Compare(op, part(tape, ty, scope), part(tape, ty, scope))
}

/// A number, an amount or a date that is worked out.
fn number(tape: &mut Tape<'_>, ty: Ty, scope: Scope<'_>) -> Tree {
    let op = ['+', '-', '*'][tape.below(3)];
    match (tape.below(5), ty) {
        (0, Ty::Number) if scope.rows_are_known() => {
            let body = tape.chance(70).then(|| Box::new(tree(tape, Ty::Bool, scope.within())));
            Tree::Count(body)
        }
        (1, Ty::Number) => Tree::Age(Box::new(literal_or_field(tape, Ty::Date, scope))),
        (0 | 2, Ty::Number | Ty::Cents) if scope.rows_are_known() => {
            Tree::Sum(ty, Box::new(tree(tape, ty, scope.within())))
        }
        (3, _) => Tree::If(part(tape, Ty::Bool, scope), part(tape, ty, scope), part(tape, ty, scope)),
        (_, Ty::Date) => {
            let op = if op == '*' { '+' } else { op };
            Tree::Calc(op, part(tape, Ty::Date, scope), part(tape, Ty::Number, scope))
        }
        (_, Ty::Cents) if op == '*' => Tree::Calc(op, part(tape, Ty::Cents, scope), part(tape, Ty::Number, scope)),
        _ => Tree::Calc(op, part(tape, ty, scope), part(tape, ty, scope)),
    }
}

fn literal_or_field(tape: &mut Tape<'_>, ty: Ty, scope: Scope<'_>) -> Tree {
    match pick(tape, &scope.known(ty)) {
        Some((at, grouped)) => Tree::Field(at, grouped),
        None => literal(tape, ty),
    }
}

/// A modello with answers.
pub fn whole(tape: &mut Tape<'_>) -> Whole {
    let mut fields: Vec<Field> = Vec::new();
    for page in 0..3 {
        for _ in 0..2 + tape.below(3) {
            let field = blank(tape, fields.len(), page);
            fields.push(field);
        }
    }
    for at in 0..fields.len() {
        let ruled = rules(tape, &fields, at);
        fields[at] = ruled;
    }
    let all = Scope { fields: &fields, before: fields.len(), row: false, loops: true, depth: 3 };
    // A rule must read something; the first field stands outside the group.
    let mut stops = Vec::new();
    for _ in 0..tape.below(4) {
        let drawn = Box::new(tree(tape, Ty::Bool, all));
        let stop = Tree::Or(drawn, Box::new(Tree::Not(Box::new(Tree::Given(0, false)))));
        stops.push(if tape.chance(50) { only_rows(stop) } else { stop });
    }
    let rows = tape.below(4);
    let answers = answers(tape, &fields, rows);
    Whole { fields, stops, rows, answers }
}

/// The drawn half of a rule alone, when it reads a field.
fn only_rows(stop: Tree) -> Tree {
    match stop {
        Tree::Or(drawn, other) if !reads(&drawn) => Tree::Or(drawn, other),
        Tree::Or(drawn, _) => *drawn,
        other => other,
    }
}

fn reads(tree: &Tree) -> bool {
    match tree {
        Tree::Field(..) | Tree::Given(..) => true,
        Tree::Age(inner) | Tree::Not(inner) | Tree::OneOf(inner, _) | Tree::Within(_, inner) => reads(inner),
        Tree::Any(body) | Tree::All(body) | Tree::Sum(_, body) | Tree::Count(Some(body)) => reads(body),
        Tree::And(left, right) | Tree::Or(left, right) => reads(left) || reads(right),
        Tree::Compare(_, left, right) | Tree::Calc(_, left, right) => reads(left) || reads(right),
        Tree::If(condition, then, other) => reads(condition) || reads(then) || reads(other),
        _ => false,
    }
}

fn blank(tape: &mut Tape<'_>, at: usize, page: usize) -> Field {
    let ty = Ty::ALL[tape.below(6)];
    let (when, required, check, value) = (None, None, None, None);
    Field { id: format!("f{at}"), grouped: page == 1, page, ty, when, required, check, value }
}

/// A field with what decides over it.
fn rules(tape: &mut Tape<'_>, fields: &[Field], at: usize) -> Field {
    let mut field = fields[at].clone();
    let earlier = Scope { fields, before: at, row: field.grouped, loops: true, depth: 3 };
    field.when = tape.chance(50).then(|| tree(tape, Ty::Bool, earlier));
    if !matches!(field.ty, Ty::List | Ty::Choice) && tape.chance(25) {
        field.value = Some(tree(tape, field.ty, earlier));
        return field;
    }
    // In a row, what stands further down is read too: but through no loop.
    let last = fields.iter().rposition(|other| other.grouped).unwrap_or(at);
    let beside = match field.grouped {
        true => Scope { before: last + 1, loops: false, ..earlier },
        false => Scope { before: at + 1, ..earlier },
    };
    field.required = tape.chance(50).then(|| tree(tape, Ty::Bool, beside));
    field.check = tape.chance(40).then(|| tree(tape, Ty::Bool, beside));
    field
}

fn answers(tape: &mut Tape<'_>, fields: &[Field], rows: usize) -> BTreeMap<(usize, Option<usize>), Worth> {
    let mut answers = BTreeMap::new();
    for (at, field) in fields.iter().enumerate().filter(|(_, field)| field.value.is_none()) {
        let places: Vec<Option<usize>> = if field.grouped { (0..rows).map(Some).collect() } else { vec![None] };
        for place in places {
            if tape.chance(75) {
                answers.insert((at, place), answer(tape, field.ty));
            }
        }
    }
    answers
}

fn answer(tape: &mut Tape<'_>, ty: Ty) -> Worth {
    match ty {
        Ty::Bool => Worth::Bool(tape.below(2) == 1),
        Ty::Number if tape.chance(10) => Worth::Number(999_999_999),
        Ty::Number => Worth::Number(tape.below(6) as i128),
        Ty::Cents => Worth::Cents(tape.below(256) as i128 * 50),
        Ty::Date => Worth::Date(tape.date()),
        Ty::Choice => Worth::Text(option(tape.below(3)).to_owned()),
        Ty::List => {
            let first = tape.below(3);
            Worth::List((first..=first + tape.below(3 - first)).map(|at| option(at).to_owned()).collect())
        }
    }
}

/// Nodes and levels of an expression. A leaf is on no level; rows looked through inside of rows are nested.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Size {
    pub nodes: usize,
    pub depth: usize,
    pub nested: bool,
}

impl Size {
    fn over(parts: &[Self]) -> Self {
        let (nodes, depth) =
            parts.iter().fold((1, 0), |(nodes, depth), part| (nodes + part.nodes, depth.max(part.depth)));
        Self { nodes, depth: depth + usize::from(!parts.is_empty()), nested: parts.iter().any(|part| part.nested) }
    }
}

/// A condition of any size, as text, with its size: about the field `b`, and `r` of the rows of `g`.
pub fn any_size(tape: &mut Tape<'_>) -> (String, Size) {
    let (terms, depth) = (1 + tape.below(6), tape.below(14));
    let (left, mut size) = sized(tape, depth, false);
    let mut text = format!("b or {left}");
    size = Size::over(&[Size { nodes: 1, ..Size::default() }, size]);
    for _ in 1..terms {
        let (right, more) = sized(tape, depth, false);
        text = format!("{text} or {right}");
        size = Size::over(&[size, more]);
    }
    (text, size)
}

fn sized(tape: &mut Tape<'_>, depth: usize, in_row: bool) -> (String, Size) {
    let leaf = || (if in_row { "row.r" } else { "b" }.to_owned(), Size { nodes: 1, ..Size::default() });
    if depth == 0 {
        return leaf();
    }
    match tape.below(8) {
        0 => leaf(),
        1 | 2 => {
            let (inner, size) = sized(tape, depth - 1, in_row);
            (format!("not ({inner})"), Size::over(&[size]))
        }
        3 => {
            let (inner, size) = sized(tape, depth - 1, true);
            let (nested, size) = (in_row || size.nested, Size::over(&[size]));
            (format!("any(g, {inner})"), Size { nested, ..size })
        }
        4 => {
            // A long chain on one level of brackets.
            let links = tape.below(24);
            let (mut text, mut size) = leaf();
            for _ in 0..links {
                text = format!("{text} and {}", leaf().0);
                size = Size::over(&[size, leaf().1]);
            }
            (format!("({text})"), size)
        }
        _ => {
            let ((left, one), (right, other)) = (sized(tape, depth - 1, in_row), sized(tape, depth - 1, in_row));
            (format!("(({left}) and ({right}))"), Size::over(&[one, other]))
        }
    }
}

/// The sizes of every expression of a published document.
pub fn bounds(canonical: &str) -> Vec<Size> {
    let document: Json = serde_json::from_str(canonical).expect("canonical JSON");
    let list = |key: &str| document[key].as_array().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for field in list("fields") {
        let rules = [&field["when"], &field["required"], &field["check"]["holds"], &field["kind"]["value"]];
        found.extend(rules.into_iter().filter(|rule| !rule.is_null()).map(|rule| size(rule, false)));
    }
    found.extend(list("stops").iter().map(|stop| size(&stop["when"], false)));
    found
}

/// The size of a node as it is published: `{"and": [left, right]}`, `{"field": "a"}`, `"today"`.
fn size(node: &Json, in_row: bool) -> Size {
    let leaf = Size { nodes: 1, ..Size::default() };
    let Some((name, content)) = node.as_object().and_then(|object| object.iter().next()) else { return leaf };
    let parts: Vec<&Json> = content.as_array().into_iter().flatten().collect();
    let parts: Vec<&Json> = match name.as_str() {
        "not" | "given" | "age" | "open" => vec![content],
        "and" | "or" | "within" | "if" => parts,
        "compare" | "calc" | "any" | "all" | "count" | "sum" => parts[1..].to_vec(),
        "one_of" => std::iter::once(parts[0]).chain(parts[1].as_array().expect("a list")).collect(),
        _ => return leaf,
    };
    let loops = matches!(name.as_str(), "any" | "all" | "count" | "sum");
    let sizes: Vec<Size> = parts.into_iter().map(|part| size(part, in_row || loops)).collect();
    let over = Size::over(&sizes);
    Size { nested: over.nested || (loops && in_row), ..over }
}
