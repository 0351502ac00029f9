//! Messages between an applicant and the office about one pratica.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    Error as App,
    messaggio::{self, Counts, MAX_TEXT, MAX_UNREAD, Messaggio, Outcome, Side, Thread, Typed},
};
use sportello_domain::id::PraticaId;

use crate::{
    consultazione::{LIST, detail::below},
    cx::{Cx, html, html_status, id},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    text::{Text, iso_day},
};

#[derive(Template)]
#[template(path = "consultazione/messaggi.html")]
struct MessagesPage {
    page: Page,
    /// What the pratica is.
    lead: String,
    back: String,
    action: String,
    /// Said after a message was written.
    done: Option<String>,
    messages: Vec<MessageView>,
    form: Form,
}

/// A message, ready to draw.
pub(crate) struct MessageView {
    /// Who wrote.
    pub(crate) who: String,
    /// When, in words and as a date.
    pub(crate) when: String,
    /// The day of that.
    pub(crate) iso: String,
    /// What it says; nothing where it is closed to the reader.
    pub(crate) text: Option<String>,
    /// Whether it is reserved.
    pub(crate) reserved: bool,
    /// When the other side opened it; nothing for a note.
    pub(crate) read: String,
}

/// The form of a message, with what was typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    /// The text as typed.
    pub(crate) text: String,
    /// Whether it was called reserved.
    pub(crate) reserved: bool,
    /// What is wrong with the text.
    pub(crate) problem: Option<String>,
    /// Its key.
    pub(crate) key: String,
}

impl Form {
    /// An empty one.
    pub(crate) fn of(thread: &Thread) -> Self {
        Self { key: thread.key.clone(), ..Self::default() }
    }
}

/// What a form of a message brings.
pub(crate) fn typed(posted: &Posted) -> Typed {
    Typed {
        text: posted.text("testo").replace("\r\n", "\n").trim().to_owned(),
        reserved: posted.has("riservato"),
        key: posted.text("chiave").to_owned(),
    }
}

/// The form again with what is wrong, and the status that says so; an error that the form cannot mend stays one.
pub(crate) fn refused(
    t: Text,
    outcome: sportello_app::Result<Outcome>,
    typed: Typed,
    fresh: &str,
) -> Result<(StatusCode, Form)> {
    let Typed { text, reserved, key } = typed;
    let too_long = text.chars().count() > MAX_TEXT;
    let (status, words, key) = match outcome {
        Ok(_) => (StatusCode::CONFLICT, t.get1("messaggi-troppi", "n", MAX_UNREAD), key),
        Err(App::KeyReused) => (StatusCode::CONFLICT, t.get("messaggi-gia-inviato"), fresh.to_owned()),
        Err(App::Unacceptable("the key")) => {
            (StatusCode::UNPROCESSABLE_ENTITY, t.get("messaggi-di-nuovo"), fresh.to_owned())
        }
        Err(App::Unacceptable(_)) if too_long => (StatusCode::UNPROCESSABLE_ENTITY, t.get("messaggi-lungo"), key),
        Err(App::Unacceptable(_)) => (StatusCode::UNPROCESSABLE_ENTITY, t.get("messaggi-manca"), key),
        Err(error) => return Err(Error::App(error)),
    };
    Ok((status, Form { text, reserved, problem: Some(words), key }))
}

/// "3 messaggi, 1 da leggere."
pub(crate) fn summary(t: Text, counts: Counts) -> String {
    t.get2("messaggi-quanti", "n", counts.total, "nuovi", counts.unread)
}

/// A message in words; `office` names the office to an applicant.
pub(crate) fn view(t: Text, one: &Messaggio, office: Option<&str>) -> MessageView {
    let who = match (one.side, office) {
        (Side::Ufficio, Some(office)) => t.get2("messaggi-da-ufficio", "ufficio", office, "chi", one.author.as_str()),
        (Side::Cittadino, None) => t.get1("messaggi-da-cittadino", "chi", one.author.as_str()),
        _ => one.author.clone(),
    };
    let read = match (one.side, one.read_at) {
        (Side::Nota, _) => String::new(),
        (_, Some(at)) => t.get1("messaggi-letto", "quando", t.moment(at)),
        (_, None) => t.get("messaggi-non-letto"),
    };
    MessageView {
        who,
        when: t.moment(one.written_at),
        iso: iso_day(one.written_at),
        text: one.text.clone(),
        reserved: one.reserved,
        read,
    }
}

/// Shows the messages.
pub async fn show(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let thread = messaggio::thread(&cx.portal, &cx.ctx, id(&pratica)?).await?;
    let done = cx.query("scritto").map(|_| cx.t.get("messaggi-scritto"));
    html(&page(&cx.page(""), &thread, Form::of(&thread), done))
}

/// Writes to the office.
pub async fn write(cx: Cx, Path(pratica): Path<String>, posted: Posted) -> Result<Response> {
    let (pratica, typed): (PraticaId, _) = (id(&pratica)?, typed(&posted));
    let outcome = messaggio::write(&cx.portal, &cx.ctx, pratica, &typed).await;
    if let Ok(Outcome::Written) = outcome {
        return Ok(cx.see_other(&format!("{LIST}/{pratica}/messaggi?scritto=si")));
    }
    let thread = messaggio::thread(&cx.portal, &cx.ctx, pratica).await?;
    let (status, form) = refused(cx.t, outcome, typed, &thread.key)?;
    html_status(status, &page(&cx.page(""), &thread, form, None))
}

fn page(base: &Page, thread: &Thread, form: Form, done: Option<String>) -> MessagesPage {
    let (t, back) = (base.t, format!("{LIST}/{}", thread.pratica));
    let office = base.ente.settings.office.name.as_str();
    let lead = if thread.alunno.is_empty() {
        thread.title.clone()
    } else {
        t.get2("consultazione-di", "titolo", thread.title.as_str(), "alunno", thread.alunno.as_str())
    };
    MessagesPage {
        page: below(base, t.get("messaggi-titolo"))
            .crumb(t.get1("consultazione-pratica", "numero", thread.number.as_str()), back.clone())
            .failed_if(form.problem.is_some()),
        lead,
        action: format!("{back}/messaggi"),
        back,
        done,
        messages: thread.messages.iter().map(|one| view(t, one, Some(office))).collect(),
        form,
    }
}

/// A thread for the tests of its pages.
#[cfg(test)]
pub(crate) fn example() -> Thread {
    use crate::compila::sample::{instant, uuid};

    let one = |n, side, author: &str, text: Option<&str>, read| Messaggio {
        id: uuid(n),
        side,
        author: author.to_owned(),
        text: text.map(str::to_owned),
        reserved: text.is_none(),
        written_at: instant(),
        read_at: Some(instant()).filter(|_| read),
    };
    Thread {
        pratica: uuid(50),
        number: "2026/184".to_owned(),
        title: "Modello iscrizione mensa A.S. 2026/2027".to_owned(),
        alunno: "Sofia Ferrari".to_owned(),
        messages: vec![
            one(1, Side::Cittadino, "Giulia Bianchi", Some("Posso <cambiare> scuola?\nGrazie."), true),
            one(2, Side::Ufficio, "Anna Brambilla", Some("Sì."), false),
            one(3, Side::Cittadino, "Giulia Bianchi", None, false),
        ],
        notes: vec![one(4, Side::Nota, "Anna Brambilla", Some("Sentita la scuola."), false)],
        can_write: true,
        can_open: true,
        key: "a".repeat(64),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample::{base, see};

    #[test]
    fn the_page_renders_in_every_language_and_keeps_what_was_typed() {
        let thread = example();
        see("consultazione-messaggi", |base| page(&base, &thread, Form::of(&thread), Some("Fatto".into())));
        let none = Thread { messages: Vec::new(), alunno: String::new(), ..example() };
        see("consultazione-messaggi-nessuno", |base| page(&base, &none, Form::of(&none), None));
        let typed = Typed { text: "Riga <1>\nRiga 2".into(), reserved: true, key: "k".into() };
        see("consultazione-messaggi-manca", |base| {
            let outcome = Err(App::Unacceptable("the message"));
            let (status, form) = refused(base.t, outcome, typed.clone(), "fresh").unwrap();
            assert_eq!((status, form.key.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "k"));
            page(&base, &thread, form, None)
        });
        let (status, form) = refused(Text(Lingua::It), Err(App::KeyReused), typed, "fresh").unwrap();
        assert_eq!((status, form.key.as_str()), (StatusCode::CONFLICT, "fresh"), "the next press writes a new one");
    }

    #[test]
    fn it_says_who_wrote_and_whether_it_was_read_but_no_note() {
        let html = page(&base(Lingua::It), &example(), Form::default(), None).render().unwrap();
        assert!(html.contains("Posso &#60;cambiare&#62; scuola?") && html.contains("Anna Brambilla"));
        assert!(html.contains("Letto il 16 giugno 2026") && html.contains("Non ancora letto"));
        assert!(!html.contains("Sentita la scuola"));
    }
}
