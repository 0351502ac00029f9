//! The copy of one modello: its three texts, what is wrong with them, what came of the examples; the versions.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::autori::{
    self, Conflict, Copia, Difference, Line, Revision, Saved, TEXT_MAX_BYTES, Testi, Tried, Version,
};
use sportello_domain::modello::AuthorError;

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html_status, refused_as},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{
        OfficeStatus,
        modelli::{about, path, status, version_words, window_words},
    },
};

/// Lines of the text that are shown before and after a faulty one.
const AROUND: usize = 2;

#[derive(Template)]
#[template(path = "ufficio/modello.html")]
struct CopiaPage {
    page: Page,
    late: Option<String>,
    done: Option<String>,
    errors: ErrorBox,
    /// Which revision is shown, and whose it is.
    shown: String,
    faults: Vec<FaultView>,
    right: bool,
    examples: Vec<ExampleView>,
    /// The texts; none when they were never kept.
    texts: Option<[TextView; 3]>,
    /// The revision on which an edit is based.
    revision: i64,
    can_edit: bool,
    paths: Paths,
    revisions: Vec<(String, String)>,
    versions: Vec<VersionView>,
    /// Path of the versions as a table.
    take_out: Option<String>,
}

struct Paths {
    own: String,
    preview: String,
    publish: String,
}

/// One of the three texts.
struct TextView {
    name: &'static str,
    label: String,
    hint: String,
    value: String,
    problem: Option<String>,
}

struct FaultView {
    /// Its anchor.
    id: String,
    place: String,
    fault: AuthorError,
    /// Lines around it, with their numbers; the faulty one is marked.
    around: Vec<(usize, String, bool)>,
    /// The text to mend, when it is one of the three.
    text: Option<(&'static str, String)>,
}

struct ExampleView {
    name: String,
    status: OfficeStatus,
    words: String,
}

struct VersionView {
    words: String,
    window: String,
    status: OfficeStatus,
    withdraw: Option<String>,
}

/// Both versions of a copy that two saved.
#[derive(Template)]
#[template(path = "ufficio/modello-conflitto.html")]
struct ConflictPage {
    page: Page,
    words: String,
    differences: Vec<(String, Difference)>,
    texts: [TextView; 3],
    revision: i64,
    own: String,
}

/// What a form brought that was not carried out.
#[derive(Default)]
struct Typed {
    testi: Option<Testi>,
    errors: Vec<(&'static str, String)>,
    done: Option<String>,
}

/// Shows the copy, or an earlier revision of it to go on from.
pub async fn show(cx: Cx, Path(modello): Path<String>) -> Result<Response> {
    let asked = cx.query("revisione").map(|number| number.parse::<i64>().map_err(|_| Error::NotFound)).transpose()?;
    let copia = autori::copia(&cx.portal, &cx.ctx, &modello, asked).await?;
    let done = match cx.query("fatto").as_deref() {
        Some("salvata") => Some(cx.t.get("modelli-fatto-salvata")),
        Some("pubblicata") => Some(cx.t.get("modelli-fatto-pubblicata")),
        Some("ritirata") => Some(cx.t.get("modelli-fatto-ritirata")),
        _ => None,
    };
    draw(&cx, copia, asked, Typed { done, ..Typed::default() })
}

/// Saves the copy and looks what is wrong with it.
pub async fn save(cx: Cx, Path(modello): Path<String>, posted: Posted) -> Result<Response> {
    let based_on = posted.text("revisione").parse().map_err(|_| Error::BadRequest("the form has no revision"))?;
    let text = |name: &str| posted.text(name).to_owned();
    let testi = Testi { form: text("form"), english: text("english"), procedura: text("procedura") };
    let large = |name: &'static str| {
        (posted.text(name).len() > TEXT_MAX_BYTES).then(|| (name, cx.t.get("modelli-troppo-grande")))
    };
    let errors: Vec<_> = ["form", "english", "procedura"].into_iter().filter_map(large).collect();
    if !errors.is_empty() {
        let copia = autori::copia(&cx.portal, &cx.ctx, &modello, None).await?;
        return draw(&cx, copia, None, Typed { testi: Some(testi), errors, done: None });
    }
    match autori::save(&cx.portal, &cx.ctx, &modello, based_on, testi.clone()).await? {
        Saved::Revision(_) => Ok(cx.see_other(&format!("{}?fatto=salvata", path(&modello)))),
        Saved::Conflict(conflict) => {
            html_status(StatusCode::CONFLICT, &conflict_page(&cx.page(""), &modello, &conflict, testi))
        }
    }
}

fn draw(cx: &Cx, copia: Copia, asked: Option<i64>, typed: Typed) -> Result<Response> {
    let status = refused_as(false, !typed.errors.is_empty());
    html_status(status, &copia_page(&cx.page(""), copia, asked, typed))
}

fn copia_page(base: &Page, copia: Copia, asked: Option<i64>, typed: Typed) -> CopiaPage {
    let (t, own) = (base.t, path(&copia.code));
    let checked = copia.checked.as_ref();
    let faults = checked.map_or(&[][..], |checked| checked.faults());
    let faults: Vec<FaultView> =
        faults.iter().enumerate().map(|(at, fault)| fault_view(t, &copia, at + 1, fault)).collect();
    let examples = checked.map_or(&[][..], |checked| &checked.examples);
    let errors = ErrorBox::of_fields(t, typed.errors);
    let revision = |one: &Revision| (base.to(&format!("{own}?revisione={}", one.number)), revision_words(t, one));
    let version = |one: &Version| VersionView {
        words: version_words(t, one),
        window: window_words(t, one),
        status: status(t, Some(one)),
        withdraw: (copia.can_edit && one.withdrawn_at.is_none())
            .then(|| base.to(&format!("{own}/ritira/{}", one.number))),
    };
    CopiaPage {
        page: about(base, &copia.code, t.get1("modelli-copia-titolo", "codice", copia.code.as_str()))
            .failed_if(!errors.problems.is_empty()),
        late: None,
        done: typed.done,
        shown: shown_words(t, &copia, asked),
        right: checked.is_some_and(|checked| checked.faults().is_empty()),
        faults,
        examples: examples.iter().map(|example| example_view(t, example)).collect(),
        revisions: copia.revisions.iter().map(revision).collect(),
        take_out: tabella::of(&own, copia.versions.is_empty()),
        versions: copia.versions.iter().map(version).collect(),
        revision: copia.revision,
        can_edit: copia.can_edit,
        paths: Paths {
            preview: base.to(&format!("{own}/anteprima")),
            publish: base.to(&format!("{own}/pubblica")),
            own: base.to(&own),
        },
        texts: typed.testi.or(copia.testi).map(|testi| texts(t, &copia.code, testi, &errors)),
        errors,
    }
}

fn shown_words(t: Text, copia: &Copia, asked: Option<i64>) -> String {
    if copia.testi.is_none() {
        return t.get("modelli-testi-mancano");
    }
    let number = asked.unwrap_or(copia.revision);
    let known = copia.revisions.iter().find(|one| one.number == number);
    match known {
        _ if number == 0 => t.get("modelli-copia-programma"),
        Some(one) if number == copia.revision => revision_words(t, one),
        _ => t.get2("modelli-revisione-vecchia", "n", number, "ultima", copia.revision),
    }
}

/// "Revisione 3, salvata il … da …".
fn revision_words(t: Text, one: &Revision) -> String {
    let args = [("n", one.number.into()), ("quando", t.moment(one.saved_at).into())];
    match &one.saved_by {
        Some(name) => t.with("modelli-revisione", args.into_iter().chain([("chi", name.as_str().into())])),
        None => t.with("modelli-revisione-comando", args),
    }
}

/// The three texts, ready for a form.
fn texts(t: Text, code: &str, testi: Testi, errors: &ErrorBox) -> [TextView; 3] {
    let view = |name, key, ending: &str, value: String| TextView {
        name,
        label: t.get1(key, "file", format!("{code}.{ending}")),
        hint: t.get1("modelli-testo-aiuto", "kb", TEXT_MAX_BYTES / 1000),
        value,
        problem: errors.at(name).map(str::to_owned),
    };
    [
        view("form", "modelli-testo-form", "toml", testi.form),
        view("english", "modelli-testo-english", "en.toml", testi.english),
        view("procedura", "modelli-testo-procedura", "procedura.toml", testi.procedura),
    ]
}

fn fault_view(t: Text, copia: &Copia, number: usize, fault: &AuthorError) -> FaultView {
    let testi = copia.testi.as_ref();
    let own = testi.and_then(|testi| {
        let of = [
            ("toml", "form", &testi.form),
            ("en.toml", "english", &testi.english),
            ("procedura.toml", "procedura", &testi.procedura),
        ];
        of.into_iter().find(|(ending, ..)| fault.file == format!("{}.{ending}", copia.code))
    });
    let line = |(at, text): (usize, &str)| (at + 1, text.to_owned(), at + 1 == fault.line);
    let around = own.map(|(.., text)| {
        let first = fault.line.saturating_sub(AROUND + 1);
        text.lines().enumerate().skip(first).take(fault.line + AROUND - first).map(line).collect()
    });
    FaultView {
        id: format!("errore-{number}"),
        place: t.get2("modelli-guasto-riga", "file", fault.file.as_str(), "riga", fault.line),
        around: around.unwrap_or_default(),
        text: own.map(|(_, name, _)| (name, t.get1("modelli-guasto-vai", "file", fault.file.as_str()))),
        fault: fault.clone(),
    }
}

fn example_view(t: Text, example: &Tried) -> ExampleView {
    let list = |words: &[String]| if words.is_empty() { t.get("modelli-esempio-niente") } else { words.join(", ") };
    match &example.fault {
        None => ExampleView {
            name: example.name.clone(),
            status: OfficeStatus { words: t.get("modelli-esempio-passa"), shape: "st-ok" },
            words: String::new(),
        },
        Some((expected, found)) => ExampleView {
            name: example.name.clone(),
            status: OfficeStatus { words: t.get("modelli-esempio-fallisce"), shape: "st-errore" },
            words: t.get2("modelli-esempio-differenza", "attesi", list(expected), "trovati", list(found)),
        },
    }
}

fn conflict_page(base: &Page, code: &str, conflict: &Conflict, typed: Testi) -> ConflictPage {
    let t = base.t;
    let typed_clean = |text: &str| text.replace("\r\n", "\n");
    let pairs = [
        ("toml", &conflict.testi.form, &typed.form),
        ("en.toml", &conflict.testi.english, &typed.english),
        ("procedura.toml", &conflict.testi.procedura, &typed.procedura),
    ];
    let differences = pairs
        .into_iter()
        .map(|(ending, saved, typed)| (format!("{code}.{ending}"), Difference::new(saved, &typed_clean(typed))));
    ConflictPage {
        page: about(base, code, t.get("modelli-conflitto-titolo")).failed(),
        words: revision_words(t, &conflict.latest),
        differences: differences.filter(|(_, difference)| !difference.is_empty()).collect(),
        texts: texts(t, code, typed, &ErrorBox::of_fields(t, Vec::new())),
        revision: conflict.latest.number,
        own: base.to(&path(code)),
    }
}

#[cfg(test)]
mod tests {
    use sportello_app::autori::Checked;
    use sportello_domain::modello::SHIPPED;

    use super::*;
    use crate::{
        compila::sample::instant,
        ufficio::{modelli::tests::version, sample::see},
    };

    fn testi(change: (&str, &str)) -> Testi {
        let texts = SHIPPED[5];
        Testi {
            form: texts.form.replacen(change.0, change.1, 1),
            english: texts.english.into(),
            procedura: texts.procedura.into(),
        }
    }

    fn copia(testi: Option<Testi>, can_edit: bool) -> Copia {
        let code = SHIPPED[5].name.to_owned();
        let revision = |number, saved_by: Option<&str>| Revision {
            number,
            saved_at: instant(),
            saved_by: saved_by.map(str::to_owned),
        };
        // A missing message reads like the head of a table of TOML.
        let masked = |text: String| text.replace("[[", "[");
        Copia {
            checked: testi.as_ref().map(|testi| Checked::new(testi.texts(&code))),
            revision: 2,
            testi: testi.map(|testi| Testi {
                form: masked(testi.form),
                english: masked(testi.english),
                procedura: masked(testi.procedura),
            }),
            revisions: vec![revision(2, Some("Anna <Brambilla>")), revision(1, None)],
            versions: vec![version(2), Version { withdrawn_at: Some(instant()), ..version(1) }],
            can_edit,
            code,
        }
    }

    #[test]
    fn the_pages_render_in_every_language() {
        let whole = || copia(Some(testi(("", ""))), true);
        see("ufficio-modello", |base| {
            copia_page(&base, whole(), None, Typed { done: Some("fatto".into()), ..Typed::default() })
        });
        see("ufficio-modello-letto", |base| {
            copia_page(&base, Copia { can_edit: false, ..whole() }, Some(1), Typed::default())
        });
        see("ufficio-modello-senza-testi", |base| copia_page(&base, copia(None, true), None, Typed::default()));
        see("ufficio-modello-guasto", |base| {
            let wrong = copia(Some(testi(("kind = \"iscrizione_ref\"", "kind = \"<x>\""))), true);
            let errors = vec![("form", "troppo".to_owned())];
            copia_page(&base, wrong, None, Typed { testi: None, errors, done: None })
        });
        let typed = || whole().testi.unwrap();
        let conflict = Conflict {
            latest: whole().revisions.remove(0),
            testi: Testi { form: typed().form.replace("Alunno", "Altro"), ..typed() },
        };
        see("ufficio-modello-conflitto", |base| conflict_page(&base, SHIPPED[5].name, &conflict, typed()));
    }

    #[test]
    fn a_fault_leads_to_its_line_and_to_its_text() {
        let wrong = copia(Some(testi(("kind = \"iscrizione_ref\"", "kind = \"nessuno\""))), true);
        let base = crate::ufficio::sample::base(sportello_domain::lingua::Lingua::It);
        let html = copia_page(&base, wrong, None, Typed::default()).render().unwrap();
        for piece in
            ["href=\"#errore-1\"", "id=\"errore-1\"", "href=\"#form\"", "id=\"form\"", "kind = &#34;nessuno&#34;"]
        {
            assert!(html.contains(piece), "{piece} is not in {html}");
        }
    }

    #[test]
    fn an_example_says_what_it_expected() {
        let wrong = copia(Some(testi(("expect = { errors = [] }", "expect = { errors = [\"dal: required\"] }"))), true);
        let base = crate::ufficio::sample::base(sportello_domain::lingua::Lingua::It);
        let html = copia_page(&base, wrong, None, Typed::default()).render().unwrap();
        assert!(html.contains("Attesi: dal: required. Trovati: niente."), "{html}");
    }
}
