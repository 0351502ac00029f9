//! From the author's TOML to a checked modello. Everything that could go wrong at the citizen is refused here.

use std::collections::HashSet;

use toml::de::DeValue;

use crate::modello::campo::{Autofill, Campo, Check, Kind};
use crate::modello::example;
use crate::modello::expr::{self, Expr, FieldSig, Node, Reach, Scope};
use crate::modello::prefill::Prefill;
use crate::modello::source::{AuthorError, Reader, SourceText};
use crate::modello::view::{Privacy, Step};
use crate::modello::words::{Words, unknown_placeholder};
use crate::modello::{Group, MAX_FIELDS, MAX_GROUPS, MAX_ROWS, Modello, Page, SignIn, Stop, Unique};

/// Most pages, stops and examples.
const MAX_PAGES: usize = 40;

pub(super) fn parse(file_name: &str, toml: &str) -> Result<Modello, Vec<AuthorError>> {
    let source = SourceText::new(file_name, toml);
    let modello = source
        .table()
        .and_then(|table| read(&source, &Reader::new(&source, &table, 0)));
    source.finish(modello)
}

fn read(source: &SourceText<'_>, top: &Reader<'_, '_>) -> Option<Modello> {
    let head = (
        top.need("code"),
        words(top, "title"),
        top.need("service"),
        top.need("procedure"),
    );
    let split = top.text("split");
    let sign_in = sign_in(top);
    let pages = pages(top);
    let groups = groups(top, &pages);
    let (sigs, fields) = fields(top, &pages, &groups);
    let stops = stops(top, &sigs, &groups);
    let known: Vec<_> = sigs.iter().map(|sig| (sig.id.as_str(), sig.group.as_deref())).collect();
    let examples = example::author(top, &known);
    top.finish();
    if let Some(split) = split
        .as_ref()
        .filter(|split| !groups.iter().any(|group| group.id == **split))
    {
        top.error_key(
            "split",
            format!("split nomina il gruppo «{split}» che non c'è"),
            "scrivi il nome di un gruppo",
        );
    }
    let (Some(code), Some(title), Some(service), Some(procedure)) = head else {
        return None;
    };
    if !is_slug(&code) {
        top.error_key(
            "code",
            format!("code «{code}» non valido"),
            "usa lettere minuscole, cifre e trattini",
        );
    }
    source.clean().then_some(Modello {
        code,
        title,
        service,
        sign_in,
        split,
        procedure,
        pages,
        groups,
        fields,
        stops,
        examples,
    })
}

fn sign_in(top: &Reader<'_, '_>) -> SignIn {
    if let Some(word) = top.need("sign_in").filter(|word| word != "spid-l2") {
        top.error_key(
            "sign_in",
            format!("sign_in «{word}» non previsto"),
            "scrivi sign_in = \"spid-l2\"",
        );
    }
    SignIn::SpidL2
}

fn is_slug(text: &str) -> bool {
    text.len() <= 60
        && !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Identifiers are read in expressions and addresses.
fn is_id(text: &str) -> bool {
    const RESERVED: [&str; 13] = [
        "row", "today", "and", "or", "not", "in", "any", "all", "count", "age", "given", "true", "false",
    ];
    text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !RESERVED.contains(&text)
}

fn id(reader: &Reader<'_, '_>, seen: &mut HashSet<String>) -> Option<String> {
    let id = reader.need("id")?;
    if !is_id(&id) {
        reader.error_key(
            "id",
            format!("id «{id}» non valido"),
            "usa lettere minuscole, cifre e _, per esempio figlio_cf",
        );
    }
    if !seen.insert(id.clone()) {
        reader.error_key("id", format!("id «{id}» usato due volte"), "scegli un altro id");
    }
    Some(id)
}

/// A text for people, whose only placeholder is the school year.
fn words(reader: &Reader<'_, '_>, key: &'static str) -> Option<Words> {
    reader.need(key).map(|text| placeholders(reader, key, text))
}

fn optional_words(reader: &Reader<'_, '_>, key: &'static str) -> Option<Words> {
    reader.text(key).map(|text| placeholders(reader, key, text))
}

fn placeholders(reader: &Reader<'_, '_>, key: &str, text: String) -> Words {
    if let Some(strange) = unknown_placeholder(&text) {
        reader.error_key(
            key,
            format!("segnaposto {strange} sconosciuto"),
            "qui vale solo {anno_scolastico}",
        );
    }
    Words::italian(text)
}

fn pages(top: &Reader<'_, '_>) -> Vec<Page> {
    let readers = top.tables("page");
    if readers.is_empty() || readers.len() > MAX_PAGES {
        top.error(
            0,
            "numero di pagine non valido",
            format!("scrivi da 1 a {MAX_PAGES} [[page]]"),
        );
    }
    let mut seen = HashSet::new();
    let mut found: Vec<Page> = Vec::new();
    for reader in &readers {
        // Words of addresses: a page may be written with hyphens.
        let id = reader.need("id").filter(|id| {
            if !is_slug(id) || !seen.insert(id.clone()) {
                reader.error_key(
                    "id",
                    format!("id di pagina «{id}» non valido o ripetuto"),
                    "usa lettere minuscole e trattini",
                );
            }
            true
        });
        let (step, title) = (step(reader), words(reader, "title"));
        reader.finish();
        let (Some(id), Some(step), Some(title)) = (id, step, title) else {
            continue;
        };
        if found.last().is_some_and(|last| last.step > step) {
            reader.error_key(
                "step",
                "la pagina torna a un passo precedente",
                "metti le pagine nell'ordine dei passi",
            );
        }
        found.push(Page { id, step, title });
    }
    found
}

fn step(reader: &Reader<'_, '_>) -> Option<Step> {
    match reader.need("step")?.as_str() {
        "privacy" => Some(Step::Privacy),
        "dati-generali" => Some(Step::DatiGenerali),
        "preferenze" => Some(Step::Preferenze),
        other => {
            let remedy = "scrivi privacy, dati-generali o preferenze (il riepilogo lo fa il portale)";
            reader.error_key("step", format!("step «{other}» non previsto"), remedy);
            // The page is there all the same: fields that name it are not wrong.
            Some(Step::Preferenze)
        }
    }
}

fn groups(top: &Reader<'_, '_>, pages: &[Page]) -> Vec<Group> {
    let readers = top.tables("group");
    if readers.len() > MAX_GROUPS {
        top.error(0, "troppi gruppi", format!("al massimo {MAX_GROUPS} [[group]]"));
    }
    let mut seen = HashSet::new();
    readers
        .iter()
        .filter_map(|reader| group(reader, pages, &mut seen))
        .collect()
}

fn group(reader: &Reader<'_, '_>, pages: &[Page], seen: &mut HashSet<String>) -> Option<Group> {
    let id = id(reader, seen);
    let page = page(reader, pages);
    let (title, row_name, row_title) = (
        words(reader, "title"),
        words(reader, "row_name"),
        reader.need("row_title"),
    );
    let (min, max) = (
        reader.number("min", 0, 0..=MAX_ROWS),
        reader.number("max", 8, 1..=MAX_ROWS),
    );
    if min > max {
        reader.error_key("min", "min è maggiore di max", "correggi uno dei due");
    }
    let family = match reader.text("prefill").as_deref() {
        None => false,
        Some("family.children") => true,
        Some(other) => {
            reader.error_key(
                "prefill",
                format!("prefill «{other}» non previsto"),
                "scrivi prefill = \"family.children\"",
            );
            false
        }
    };
    let unique = reader.text("unique").and_then(|field| {
        Some(Unique {
            field,
            message: words(reader, "unique_message")?,
        })
    });
    reader.finish();
    Some(Group {
        id: id?,
        page: page?,
        title: title?,
        row_name: row_name?,
        min,
        max,
        row_title: row_title?,
        family,
        unique,
    })
}

fn page(reader: &Reader<'_, '_>, pages: &[Page]) -> Option<String> {
    let page = reader.need("page")?;
    check_page(reader, pages, &page);
    Some(page)
}

fn check_page(reader: &Reader<'_, '_>, pages: &[Page], page: &str) {
    if !pages.iter().any(|known| known.id == page) {
        let known: Vec<&str> = pages.iter().map(|page| page.id.as_str()).collect();
        reader.error_key(
            "page",
            format!("la pagina «{page}» non esiste"),
            format!("le pagine sono: {}", known.join(", ")),
        );
    }
}

fn fields(top: &Reader<'_, '_>, pages: &[Page], groups: &[Group]) -> (Vec<FieldSig>, Vec<Campo>) {
    let readers = top.tables("field");
    if readers.is_empty() || readers.len() > MAX_FIELDS {
        top.error(
            0,
            "numero di campi non valido",
            format!("scrivi da 1 a {MAX_FIELDS} [[field]]"),
        );
    }
    let mut seen: HashSet<String> = groups.iter().map(|group| group.id.clone()).collect();
    let mut drafts: Vec<(&Reader<'_, '_>, Campo)> = Vec::new();
    for reader in &readers {
        if let Some(campo) = campo(reader, pages, groups, &mut seen) {
            drafts.push((reader, campo));
        }
    }
    let sigs: Vec<FieldSig> = drafts
        .iter()
        .map(|(_, campo)| FieldSig {
            id: campo.id.clone(),
            group: campo.group.clone(),
            ty: campo.kind.behaviour().ty(),
        })
        .collect();
    let names: Vec<String> = groups.iter().map(|group| group.id.clone()).collect();
    for (at, (reader, campo)) in drafts.iter_mut().enumerate() {
        logic(
            reader,
            campo,
            &Scope {
                fields: &sigs,
                groups: &names,
                at,
                row: None,
                reach: Reach::Earlier,
            },
        );
    }
    // After the expressions, so that every key has been asked for; a field already refused says enough.
    drafts.iter().for_each(|(reader, _)| reader.finish());
    super::order::check(&mut drafts, pages, groups, top);
    (sigs, drafts.into_iter().map(|(_, campo)| campo).collect())
}

fn campo(reader: &Reader<'_, '_>, pages: &[Page], groups: &[Group], seen: &mut HashSet<String>) -> Option<Campo> {
    let id = id(reader, seen);
    let label = words(reader, "label");
    let hint = optional_words(reader, "hint");
    let group = reader.text("group");
    let found = group
        .as_ref()
        .and_then(|name| groups.iter().find(|known| known.id == *name));
    if let (Some(name), None) = (&group, found) {
        reader.error_key(
            "group",
            format!("il gruppo «{name}» non esiste"),
            "aggiungi [[group]] o togli group",
        );
    }
    let page = match (reader.text("page"), found) {
        (Some(page), _) => Some(page),
        (None, Some(group)) => Some(group.page.clone()),
        (None, None) => reader.need("page"),
    };
    if let Some(page) = &page {
        check_page(reader, pages, page);
    }
    let kind = kind(reader);
    let campo = Campo {
        id: id?,
        page: page?,
        kind: kind?,
        label: label?,
        hint,
        required: None,
        when: None,
        check: None,
        prefill: prefill(reader, found.is_some_and(|group| group.family)),
        locked: reader.flag("locked"),
        privacy: privacy(reader, group.is_some()),
        index: reader.flag("index"),
        autofill: autofill(reader, group.is_some()),
        group,
    };
    if campo.locked && campo.prefill.is_empty() {
        reader.error_key("locked", "locked senza prefill", "aggiungi prefill, o togli locked");
    }
    if campo.index && campo.privacy.sealed() {
        reader.error_key("index", "un campo riservato non può avere index", "togli index = true");
    }
    Some(campo)
}

fn kind(reader: &Reader<'_, '_>) -> Option<Kind> {
    let word = reader.need("kind")?;
    let kind = Kind::author(&word, reader);
    if kind.is_none() {
        reader.error_key(
            "kind",
            format!("kind «{word}» non esiste"),
            format!("i tipi sono: {}", Kind::WORDS.join(", ")),
        );
    }
    kind
}

fn prefill(reader: &Reader<'_, '_>, of_family: bool) -> Vec<Prefill> {
    let mut found = Vec::new();
    for (at, word) in reader.texts("prefill") {
        match Prefill::from_word(&word) {
            Some(prefill) if prefill.of_family() && !of_family => {
                let remedy = "mettilo in un campo di un gruppo con prefill = \"family.children\"";
                reader.error(at, format!("prefill «{word}» vale solo per i figli"), remedy);
            }
            Some(prefill) => found.push(prefill),
            None => {
                let remedy = format!("le origini sono: {}", Prefill::WORDS.join(", "));
                reader.error(at, format!("prefill «{word}» non esiste"), remedy);
            }
        }
    }
    found
}

fn privacy(reader: &Reader<'_, '_>, in_group: bool) -> Privacy {
    match reader.text("privacy").as_deref() {
        None if in_group => Privacy::Child,
        None | Some("personal") => Privacy::Personal,
        Some("child") => Privacy::Child,
        Some("income") => Privacy::Income,
        Some("bank") => Privacy::Bank,
        Some("art9") => Privacy::Art9,
        Some(other) => {
            let remedy = "le classi sono: personal, child, income, bank, art9";
            reader.error_key("privacy", format!("privacy «{other}» non esiste"), remedy);
            Privacy::Art9
        }
    }
}

fn autofill(reader: &Reader<'_, '_>, in_group: bool) -> Option<Autofill> {
    let word = reader.text("autofill")?;
    let found = Autofill::ALL.into_iter().find(|known| known.token() == word);
    if found.is_none() || in_group {
        let tokens: Vec<&str> = Autofill::ALL.iter().map(|known| known.token()).collect();
        let remedy = format!("solo per i dati di chi compila: {}", tokens.join(", "));
        reader.error_key("autofill", format!("autofill «{word}» non previsto"), remedy);
    }
    found
}

/// Reads `when`, `required` and `check` of a field.
fn logic(reader: &Reader<'_, '_>, campo: &mut Campo, scope: &Scope<'_>) {
    let scope = Scope {
        row: campo.group.as_deref(),
        ..scope.clone()
    };
    let same_row = Scope {
        reach: Reach::SameRow,
        ..scope.clone()
    };
    let when = expression(reader, "when", &scope);
    let required = match reader.raw("required").map(|value| value.get_ref()) {
        None | Some(DeValue::Boolean(false)) => None,
        Some(DeValue::Boolean(true)) => Some(Expr::ALWAYS),
        Some(_) => expression(reader, "required", &same_row),
    };
    let holds = expression(reader, "check", &same_row);
    let message = optional_words(reader, "check_message");
    let check = match (holds, message) {
        (Some(holds), Some(message)) => Some(Check { holds, message }),
        (None, None) => None,
        _ => {
            reader.error_key(
                "check",
                "check e check_message vanno insieme",
                "scrivi anche la frase che legge la persona",
            );
            None
        }
    };
    if campo.kind.behaviour().ty().is_none() && (required.is_some() || check.is_some()) {
        reader.error(
            reader.at(),
            "un testo da leggere non ha risposta",
            "togli required e check",
        );
    }
    (campo.when, campo.required, campo.check) = (when, required, check);
}

fn expression(reader: &Reader<'_, '_>, key: &'static str, scope: &Scope<'_>) -> Option<Expr> {
    let value = reader.raw(key)?;
    let DeValue::String(text) = value.get_ref() else {
        return reader.wrong_kind(
            key,
            value,
            "una condizione tra apici, per esempio 'modalita == \"SDD\"'",
        );
    };
    match expr::parse(text, scope) {
        Ok(expr) => Some(expr),
        Err(fault) => {
            let column = text.get(..fault.at).unwrap_or(text).chars().count() + 1;
            let at = reader.inside(value.span()) + fault.at;
            reader.error(
                at,
                format!("{key}, carattere {column}: {}", fault.message),
                fault.remedy,
            );
            None
        }
    }
}

fn stops(top: &Reader<'_, '_>, sigs: &[FieldSig], groups: &[Group]) -> Vec<Stop> {
    let names: Vec<String> = groups.iter().map(|group| group.id.clone()).collect();
    let scope = Scope {
        fields: sigs,
        groups: &names,
        at: sigs.len(),
        row: None,
        reach: Reach::All,
    };
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for reader in top.tables("stop") {
        let id = id(&reader, &mut seen);
        let message = words(&reader, "message");
        let when = match reader.raw("when") {
            Some(_) => expression(&reader, "when", &scope),
            None => {
                reader.error(reader.at(), "manca when", "scrivi quando la domanda non si può inviare");
                None
            }
        };
        reader.finish();
        let (Some(id), Some(message), Some(when)) = (id, message, when) else {
            continue;
        };
        let mut read = Vec::new();
        fields_of(&when.0, &mut read);
        let Some(last) = sigs.iter().rev().find(|sig| read.contains(&sig.id.as_str())) else {
            reader.error_key("when", "la regola non legge nessun campo", "confronta almeno un campo");
            continue;
        };
        let field = last.id.clone();
        found.push(Stop {
            id,
            when,
            message,
            field,
        });
    }
    found
}

/// The fields that a tree reads.
fn fields_of<'n>(node: &'n Node, found: &mut Vec<&'n str>) {
    match node {
        Node::Field(id) | Node::Row(id) => found.push(id),
        Node::Open(inner) | Node::Age(inner) | Node::Given(inner) | Node::Not(inner) | Node::OneOf(inner, _) => {
            fields_of(inner, found);
        }
        Node::Any(_, inner) | Node::All(_, inner) | Node::Count(_, inner) => fields_of(inner, found),
        Node::And(left, right) | Node::Or(left, right) | Node::Compare(_, left, right) | Node::Within(left, right) => {
            fields_of(left, found);
            fields_of(right, found);
        }
        Node::Bool(_) | Node::Text(_) | Node::Number(_) | Node::Cents(_) | Node::Date(_) | Node::Today => {}
    }
}
