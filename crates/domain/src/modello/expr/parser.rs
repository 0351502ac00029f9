//! From text to a checked tree: names, types, order and limits in one pass.

use super::lexer::{Token, tokens, wrong};
use super::typing::{as_cents, nearest, same_type};
use super::{Calc, Expr, ExprError, FieldRef, MAX_DEPTH, MAX_NODES, Node, Op, Ty};

/// A field as expressions know it.
#[derive(Clone, Debug)]
pub(crate) struct FieldSig {
    /// Identifier.
    pub id: String,
    /// Group, if it is repeated.
    pub group: Option<String>,
    /// Type; `None` for a field without an answer.
    pub ty: Option<Ty>,
}

/// Which fields an expression may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Fields that come earlier (`when`): this is why there are no cycles.
    Earlier,
    /// Fields that come earlier, and any field of the same row or, outside groups, the field itself.
    SameRow,
    /// Every field (`stop`).
    All,
}

/// Where an expression stands.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'a> {
    /// Every field in order.
    pub fields: &'a [FieldSig],
    /// Groups of the modello.
    pub groups: &'a [String],
    /// Index of the field that owns the expression; the number of fields for a stop.
    pub at: usize,
    /// Group whose row is in hand.
    pub row: Option<&'a str>,
    /// What may be read.
    pub reach: Reach,
}

/// Reads and checks an expression that says yes or no.
pub(crate) fn parse(text: &str, scope: &Scope<'_>) -> Result<Expr, ExprError> {
    let found = whole(text, scope)?;
    bool(found).map(Expr)
}

/// Reads and checks an expression whose value is of a type.
pub(crate) fn parse_value(text: &str, ty: &Ty, scope: &Scope<'_>) -> Result<Expr, ExprError> {
    let found = as_cents(whole(text, scope)?, ty);
    let choice = matches!((ty, &found.ty), (Ty::Text, Ty::Choice(_) | Ty::Plesso));
    if found.ty == *ty || choice {
        return Ok(Expr(found.node));
    }
    let message = format!("il valore non è del tipo atteso ({})", ty.spoken());
    Err(wrong(found.at, &message, "correggi il conto, o cambia il campo gives"))
}

fn whole(text: &str, scope: &Scope<'_>) -> Result<Found, ExprError> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens,
        next: 0,
        end: text.len(),
        nodes: 0,
        scope,
        row: scope.row.map(str::to_owned),
        outer_row: true,
    };
    let found = parser.or(0)?;
    if let Some((at, _)) = parser.tokens.get(parser.next) {
        return Err(wrong(*at, "testo in più", "unisci le condizioni con and oppure or"));
    }
    let (nodes, depth) = found.node.size();
    if nodes > MAX_NODES {
        return Err(too_large(found.at));
    }
    if depth > MAX_DEPTH {
        return Err(too_deep(found.at));
    }
    Ok(found)
}

fn too_large(at: usize) -> ExprError {
    wrong(at, "espressione troppo grande (più di 200 elementi)", "dividila in più campi")
}

fn too_deep(at: usize) -> ExprError {
    wrong(at, "espressione troppo annidata (più di 16 livelli)", "togli parentesi, o dividila in più campi")
}

fn bool(found: Found) -> Result<Node, ExprError> {
    if found.ty == Ty::Bool {
        return Ok(found.node);
    }
    Err(wrong(found.at, "qui serve una condizione (sì o no)", "confronta il valore, per esempio campo == \"valore\""))
}

/// A part of an expression, with its type and place.
pub(super) struct Found {
    pub node: Node,
    pub ty: Ty,
    pub at: usize,
}

struct Parser<'s, 'a> {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
    nodes: usize,
    scope: &'s Scope<'a>,
    row: Option<String>,
    /// Whether `row` is the row that owns the expression, not the one of a quantifier.
    outer_row: bool,
}

impl Parser<'_, '_> {
    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn word(&self) -> Option<&str> {
        match self.peek() {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let same = self.peek() == Some(wanted);
        self.next += usize::from(same);
        same
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let same = self.word() == Some(wanted);
        self.next += usize::from(same);
        same
    }

    fn need(&mut self, wanted: &Token, name: &str) -> Result<(), ExprError> {
        if self.take(wanted) {
            return Ok(());
        }
        Err(wrong(self.at(), &format!("manca «{name}»"), &format!("aggiungi «{name}» in questo punto")))
    }

    fn found(&mut self, node: Node, ty: Ty, at: usize) -> Result<Found, ExprError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(too_large(at));
        }
        Ok(Found { node, ty, at })
    }

    fn deeper(&self, depth: usize) -> Result<usize, ExprError> {
        if depth >= MAX_DEPTH {
            return Err(too_deep(self.at()));
        }
        Ok(depth + 1)
    }

    fn or(&mut self, depth: usize) -> Result<Found, ExprError> {
        let depth = self.deeper(depth)?;
        let mut left = self.and(depth)?;
        let mut links = depth;
        while self.take_word("or") {
            links = self.deeper(links)?;
            let right = self.and(depth)?;
            let at = left.at;
            let node = Node::Or(Box::new(bool(left)?), Box::new(bool(right)?));
            left = self.found(node, Ty::Bool, at)?;
        }
        Ok(left)
    }

    fn and(&mut self, depth: usize) -> Result<Found, ExprError> {
        let mut left = self.not(depth)?;
        let mut links = depth;
        while self.take_word("and") {
            links = self.deeper(links)?;
            let right = self.not(depth)?;
            let at = left.at;
            let node = Node::And(Box::new(bool(left)?), Box::new(bool(right)?));
            left = self.found(node, Ty::Bool, at)?;
        }
        Ok(left)
    }

    fn not(&mut self, depth: usize) -> Result<Found, ExprError> {
        let at = self.at();
        if !self.take_word("not") {
            return self.comparison(depth);
        }
        let depth = self.deeper(depth)?;
        let inner = self.not(depth)?;
        let node = Node::Not(Box::new(bool(inner)?));
        self.found(node, Ty::Bool, at)
    }

    fn comparison(&mut self, depth: usize) -> Result<Found, ExprError> {
        let left = self.sum(depth)?;
        if let Some(Token::Op(op)) = self.peek() {
            let op = *op;
            self.next += 1;
            let right = self.sum(depth)?;
            return self.compare(op, left, right);
        }
        if self.take_word("in") {
            return if self.take(&Token::ListOpen) { self.one_of(left) } else { self.within(left, depth) };
        }
        Ok(left)
    }

    fn compare(&mut self, op: Op, left: Found, right: Found) -> Result<Found, ExprError> {
        let at = left.at;
        let (left, right) = (as_cents(left, &right.ty), right);
        let (right, left) = (as_cents(right, &left.ty), left);
        same_type(&left, &right)?;
        let ordered = matches!(left.ty, Ty::Number | Ty::Cents | Ty::Date);
        if !ordered && !matches!(op, Op::Eq | Op::Ne) {
            return Err(wrong(at, "questi valori non hanno un ordine", "confronta con == oppure !="));
        }
        self.found(Node::Compare(op, Box::new(left.node), Box::new(right.node)), Ty::Bool, at)
    }

    fn sum(&mut self, depth: usize) -> Result<Found, ExprError> {
        let mut left = self.product(depth)?;
        let mut links = depth;
        while let Some(Token::Calc(op @ (Calc::Plus | Calc::Minus))) = self.peek() {
            let op = *op;
            self.next += 1;
            links = self.deeper(links)?;
            let right = self.product(depth)?;
            let left_ty = left.ty.clone();
            let (sum, more) = (as_cents(left, &right.ty), as_cents(right, &left_ty));
            left = self.calc(op, sum, more)?;
        }
        Ok(left)
    }

    fn product(&mut self, depth: usize) -> Result<Found, ExprError> {
        let mut left = self.primary(depth)?;
        let mut links = depth;
        while self.take(&Token::Calc(Calc::Times)) {
            links = self.deeper(links)?;
            let right = self.primary(depth)?;
            left = self.calc(Calc::Times, left, right)?;
        }
        Ok(left)
    }

    fn calc(&mut self, op: Calc, left: Found, right: Found) -> Result<Found, ExprError> {
        let at = left.at;
        let ty = match (op, &left.ty, &right.ty) {
            (_, Ty::Number, Ty::Number) => Ty::Number,
            (Calc::Plus | Calc::Minus, Ty::Cents, Ty::Cents) => Ty::Cents,
            (Calc::Plus | Calc::Minus, Ty::Date, Ty::Number) => Ty::Date,
            (Calc::Times, Ty::Cents, Ty::Number) | (Calc::Times, Ty::Number, Ty::Cents) => Ty::Cents,
            _ => {
                let remedy = "somma importi con importi, numeri con numeri, giorni a una data; moltiplica un importo per un numero";
                return Err(wrong(at, "questi valori non si calcolano insieme", remedy));
            }
        };
        self.found(Node::Calc(op, Box::new(left.node), Box::new(right.node)), ty, at)
    }

    fn one_of(&mut self, left: Found) -> Result<Found, ExprError> {
        let at = left.at;
        let mut items = Vec::new();
        loop {
            let item_at = self.at();
            let Some(Token::Text(text)) = self.peek().cloned() else {
                return Err(wrong(item_at, "nella lista servono testi tra virgolette", "scrivi in [\"a\", \"b\"]"));
            };
            self.next += 1;
            let item = self.found(Node::Text(text), Ty::Text, item_at)?;
            same_type(&left, &item)?;
            items.push(item.node);
            if !self.take(&Token::Comma) {
                break;
            }
        }
        self.need(&Token::ListClose, "]")?;
        self.found(Node::OneOf(Box::new(left.node), items), Ty::Bool, at)
    }

    fn within(&mut self, left: Found, depth: usize) -> Result<Found, ExprError> {
        let right = self.primary(depth)?;
        let Ty::List(options) = &right.ty else {
            return Err(wrong(
                right.at,
                "dopo «in» serve una lista",
                "scrivi in [\"a\", \"b\"] o un campo a scelta multipla",
            ));
        };
        let choice = Found { node: Node::Bool(true), ty: Ty::Choice(options.clone()), at: right.at };
        same_type(&choice, &left)?;
        self.found(Node::Within(Box::new(left.node), Box::new(right.node)), Ty::Bool, left.at)
    }

    fn primary(&mut self, depth: usize) -> Result<Found, ExprError> {
        let at = self.at();
        let Some(token) = self.peek().cloned() else {
            return Err(wrong(at, "l'espressione finisce troppo presto", "completa la condizione"));
        };
        self.next += 1;
        match token {
            Token::Open => {
                let inner = self.or(depth)?;
                self.need(&Token::Close, ")")?;
                Ok(inner)
            }
            Token::Text(text) => self.found(Node::Text(text), Ty::Text, at),
            Token::Number(number) => self.found(Node::Number(number), Ty::Number, at),
            Token::Cents(cents) => self.found(Node::Cents(cents), Ty::Cents, at),
            Token::Date(date) => self.found(Node::Date(date), Ty::Date, at),
            Token::Word(word) => self.named(&word, at, depth),
            _ => Err(wrong(at, "simbolo fuori posto", "scrivi un campo, un valore o una parentesi")),
        }
    }

    fn named(&mut self, word: &str, at: usize, depth: usize) -> Result<Found, ExprError> {
        match word {
            "true" | "false" => self.found(Node::Bool(word == "true"), Ty::Bool, at),
            "today" => self.found(Node::Today, Ty::Date, at),
            "year_end" => self.found(Node::YearEnd, Ty::Date, at),
            "any" | "all" | "count" | "sum" if self.peek() == Some(&Token::Open) => self.quantifier(word, at, depth),
            "age" | "given" if self.peek() == Some(&Token::Open) => self.function(word, at, depth),
            "if" if self.peek() == Some(&Token::Open) => self.choice(at, depth),
            "and" | "or" | "not" | "in" => {
                Err(wrong(at, &format!("«{word}» fuori posto"), "manca il valore prima o dopo la parola"))
            }
            "row" => {
                self.need(&Token::Dot, "row.campo")?;
                let id = self.identifier()?;
                let group = self.row.clone();
                let Some(group) = group else {
                    let remedy = "usa row. solo nei campi di un gruppo o dentro any(), all(), count(), sum()";
                    return Err(wrong(at, "qui non c'è una riga", remedy));
                };
                self.field(&id, Some(&group), at)
            }
            id => self.field(id, None, at),
        }
    }

    fn identifier(&mut self) -> Result<String, ExprError> {
        let at = self.at();
        let Some(word) = self.word().map(str::to_owned) else {
            return Err(wrong(at, "manca il nome del campo", "scrivi row. seguito dal nome del campo"));
        };
        self.next += 1;
        Ok(word)
    }

    fn field(&mut self, id: &str, group: Option<&str>, at: usize) -> Result<Found, ExprError> {
        let Some((index, sig)) = self.scope.fields.iter().enumerate().find(|(_, sig)| sig.id == id) else {
            return Err(wrong(at, &format!("il campo «{id}» non esiste"), &nearest(id, self.scope.fields)));
        };
        match (&sig.group, group) {
            (Some(_), None) => {
                let remedy = format!("scrivi row.{id}, oppure any(gruppo, row.{id})");
                return Err(wrong(at, &format!("«{id}» è un campo ripetuto"), &remedy));
            }
            (own, Some(group)) if own.as_deref() != Some(group) => {
                let message = format!("«{id}» non è un campo del gruppo «{group}»");
                return Err(wrong(at, &message, &format!("togli row. davanti a {id}")));
            }
            _ => {}
        }
        self.order(index, group.is_some(), id, at)?;
        let Some(ty) = sig.ty.clone() else {
            return Err(wrong(at, &format!("«{id}» è solo un testo da leggere"), "usa un campo che ha una risposta"));
        };
        let node = if group.is_some() { Node::Row(FieldRef::new(id)) } else { Node::Field(FieldRef::new(id)) };
        if ty == Ty::Plesso && self.take(&Token::Dot) {
            if !self.take_word("aperto") {
                return Err(wrong(self.at(), "proprietà sconosciuta", &format!("scrivi {id}.aperto")));
            }
            return self.found(Node::Open(Box::new(node)), Ty::Bool, at);
        }
        self.found(node, ty, at)
    }

    /// Only earlier fields, or fields of the same row, may be read.
    fn order(&self, index: usize, in_row: bool, id: &str, at: usize) -> Result<(), ExprError> {
        let earlier = index < self.scope.at;
        let allowed = match self.scope.reach {
            Reach::All => true,
            Reach::Earlier => earlier,
            Reach::SameRow => earlier || index == self.scope.at || (in_row && self.outer_row),
        };
        if allowed {
            return Ok(());
        }
        Err(wrong(at, &format!("«{id}» viene dopo questo campo"), &format!("sposta «{id}» prima, o cambia condizione")))
    }

    fn quantifier(&mut self, word: &str, at: usize, depth: usize) -> Result<Found, ExprError> {
        if !self.outer_row {
            // Nested loops over rows would make the work grow with each level.
            return Err(wrong(at, "any, all, count e sum non si annidano", "usa due campi, uno per condizione"));
        }
        let depth = self.deeper(depth)?;
        self.need(&Token::Open, "(")?;
        let group_at = self.at();
        let group = self.identifier()?;
        if !self.scope.groups.contains(&group) {
            let remedy = format!("i gruppi sono: {}", self.scope.groups.join(", "));
            return Err(wrong(group_at, &format!("il gruppo «{group}» non esiste"), &remedy));
        }
        let body = if self.take(&Token::Comma) {
            let outer = (self.row.replace(group.clone()), self.outer_row);
            self.outer_row = false;
            let found = self.or(depth)?;
            (self.row, self.outer_row) = outer;
            if word == "sum" {
                self.need(&Token::Close, ")")?;
                return self.sum_of(group, found, at);
            }
            bool(found)?
        } else if word == "count" {
            Node::Bool(true)
        } else {
            return Err(wrong(
                self.at(),
                "manca che cosa si guarda nelle righe",
                &format!("scrivi {word}({group}, row.campo …)"),
            ));
        };
        self.need(&Token::Close, ")")?;
        let body = Box::new(body);
        match word {
            "any" => self.found(Node::Any(group, body), Ty::Bool, at),
            "all" => self.found(Node::All(group, body), Ty::Bool, at),
            _ => self.found(Node::Count(group, body), Ty::Number, at),
        }
    }

    fn sum_of(&mut self, group: String, body: Found, at: usize) -> Result<Found, ExprError> {
        let nothing = match body.ty {
            Ty::Number => Node::Number(0),
            Ty::Cents => Node::Cents(0),
            _ => return Err(wrong(body.at, "si sommano solo numeri e importi", "scrivi sum(gruppo, row.importo)")),
        };
        self.found(Node::Sum(group, Box::new(body.node), Box::new(nothing)), body.ty, at)
    }

    fn choice(&mut self, at: usize, depth: usize) -> Result<Found, ExprError> {
        let depth = self.deeper(depth)?;
        self.need(&Token::Open, "(")?;
        let condition = bool(self.or(depth)?)?;
        self.need(&Token::Comma, ",")?;
        let then = self.or(depth)?;
        self.need(&Token::Comma, ",")?;
        let other = self.or(depth)?;
        self.need(&Token::Close, ")")?;
        let then_ty = then.ty.clone();
        let (then, other) = (as_cents(then, &other.ty), as_cents(other, &then_ty));
        if then.ty != other.ty {
            return Err(wrong(
                other.at,
                "i due valori di if sono di tipo diverso",
                "scrivi if(condizione, 15.00, 0.00)",
            ));
        }
        let node = Node::If(Box::new(condition), Box::new(then.node), Box::new(other.node));
        self.found(node, then.ty, at)
    }

    fn function(&mut self, word: &str, at: usize, depth: usize) -> Result<Found, ExprError> {
        let depth = self.deeper(depth)?;
        self.need(&Token::Open, "(")?;
        let inner = self.primary(depth)?;
        self.need(&Token::Close, ")")?;
        if word == "given" {
            if !matches!(inner.node, Node::Field(_) | Node::Row(_)) {
                return Err(wrong(inner.at, "given() vuole il nome di un campo", "scrivi given(campo)"));
            }
            return self.found(Node::Given(Box::new(inner.node)), Ty::Bool, at);
        }
        if inner.ty != Ty::Date {
            return Err(wrong(inner.at, "age() vuole una data", "scrivi age(data_nascita)"));
        }
        self.found(Node::Age(Box::new(inner.node)), Ty::Number, at)
    }
}
