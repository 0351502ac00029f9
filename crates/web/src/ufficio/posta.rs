//! E-mails that could not be delivered: look at them, have them tried again; and what waits in the post, for the queue.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::ufficio::{
    esportazione::EXPORTERS,
    messaggi,
    posta::{self, Undelivered},
};
use sportello_domain::id::JobId;

use crate::{
    cx::{Cx, html, id},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{
        framed,
        menu::{MESSAGGI, NON_CONSEGNATI},
        pratica,
    },
};

#[derive(Template)]
#[template(path = "ufficio/posta.html")]
struct PostPage {
    page: Page,
    /// Said after one was sent on its way again.
    done: Option<String>,
    rows: Vec<RowView>,
    can_retry: bool,
    /// Path of this list as a table, for whoever may.
    take_out: Option<String>,
}

struct RowView {
    what: String,
    to: String,
    /// Words and path of the pratica.
    pratica: Option<(String, String)>,
    since: String,
    /// Where the form goes, and what its button says, whole.
    action: String,
    label: String,
}

/// Shows what could not be delivered.
pub async fn show(cx: Cx) -> Result<Response> {
    let (rows, can_retry) = posta::list(&cx.portal, &cx.ctx).await?;
    let done = cx.query("riprovata").map(|_| cx.t.get("posta-riprovata"));
    let mut page = page(&cx.page(""), &rows, can_retry, done);
    page.take_out = page.take_out.filter(|_| cx.ctx.operatore(&EXPORTERS).is_ok());
    html(&page)
}

/// Leads from the address of a form to the list.
pub async fn back(cx: Cx) -> Result<Response> {
    Ok(cx.see_other(NON_CONSEGNATI))
}

/// Hands the list out as a table.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = posta::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Has one tried again.
pub async fn retry(cx: Cx, Path(posta): Path<String>) -> Result<Response> {
    let job: JobId = id(&posta)?;
    posta::retry(&cx.portal, &cx.ctx, job).await?;
    Ok(cx.see_other(&format!("{NON_CONSEGNATI}?riprovata=si")))
}

/// What waits in the post, in words, and where it stands; nothing where nothing waits.
pub(crate) async fn notices(cx: &Cx) -> Result<Vec<(String, &'static str)>> {
    let unread = messaggi::waiting(&cx.portal, &cx.ctx).await?.len();
    Ok(words(cx.t, unread, posta::count(&cx.portal, &cx.ctx).await?))
}

/// The same for these numbers.
pub(crate) fn words(t: Text, unread: usize, undelivered: usize) -> Vec<(String, &'static str)> {
    let unread = (unread > 0).then(|| (t.get1("posta-da-leggere", "n", unread), MESSAGGI));
    let undelivered = (undelivered > 0).then(|| (t.get1("posta-quante", "n", undelivered), NON_CONSEGNATI));
    unread.into_iter().chain(undelivered).collect()
}

/// What an e-mail says, in words.
fn what(t: Text, kind: &str) -> String {
    match kind {
        "ricevuta" => t.get("posta-tipo-ricevuta"),
        "esito" => t.get("posta-tipo-esito"),
        "protocollata" => t.get("posta-tipo-protocollata"),
        "integrazione" => t.get("posta-tipo-integrazione"),
        "preavviso" => t.get("posta-tipo-preavviso"),
        "posto" => t.get("posta-tipo-posto"),
        "messaggio" => t.get("posta-tipo-messaggio"),
        "messaggio_ufficio" => t.get("posta-tipo-ufficio"),
        "rette" => t.get("posta-tipo-rette"),
        "insoluto" => t.get("posta-tipo-insoluto"),
        "pagamento" | "posta_spontaneo" => t.get("posta-tipo-pagamento"),
        "posta_delega" => t.get("posta-tipo-delega"),
        "posta_codice" => t.get("posta-tipo-codice"),
        "posta_bozza" => t.get("posta-tipo-bozza"),
        _ => t.get("posta-tipo-altro"),
    }
}

fn page(base: &Page, rows: &[Undelivered], can_retry: bool, done: Option<String>) -> PostPage {
    let t = base.t;
    let view = |row: &Undelivered| {
        let what = what(t, &row.kind);
        RowView {
            to: row.to.clone().unwrap_or_else(|| "-".to_owned()),
            pratica: row
                .pratica
                .as_ref()
                .map(|(id, number)| (t.get1("ufficio-pratica", "numero", number.as_str()), pratica::path(*id))),
            since: row.given_up_at.map(|at| t.moment(at)).unwrap_or_default(),
            action: format!("{NON_CONSEGNATI}/{}/riprova", row.job),
            label: t.get1("posta-riprova", "cosa", what.as_str()),
            what,
        }
    };
    let page = framed(base, t.get("posta-titolo")).crumb(t.get("messaggi-attesa-titolo"), MESSAGGI);
    let take_out = tabella::of(NON_CONSEGNATI, rows.is_empty());
    PostPage { page, done, rows: rows.iter().map(view).collect(), can_retry, take_out }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{
        compila::sample::{instant, uuid},
        ufficio::sample::{base, see},
    };

    #[test]
    fn the_page_renders_in_every_language() {
        let row = |kind: &str, known| Undelivered {
            job: uuid(1),
            kind: kind.into(),
            to: Some("Giulia <Bianchi>".into()).filter(|_| known),
            pratica: Some((uuid(50), "2026/184".into())).filter(|_| known),
            given_up_at: Some(instant()),
        };
        let rows = [row("esito", true), row("posta_delega", false), row("scadenza_dieta", true)];
        see("ufficio-posta", |base| page(&base, &rows, true, Some("Fatto".into())));
        see("ufficio-posta-vuota", |base| page(&base, &[], true, None));
        let html = page(&base(Lingua::It), &rows, false, None).render().unwrap();
        assert!(!html.contains("/riprova\""), "who only reads sees no button");
        assert!(!html.contains("dieta"), "a reminder about a diet is not called one");
    }

    #[test]
    fn what_waits_is_counted_and_nothing_is_silent() {
        assert!(words(Text(Lingua::It), 0, 0).is_empty());
        let said = words(Text(Lingua::It), 1, 2);
        assert_eq!(said[0], ("C’è 1 pratica con messaggi da leggere".into(), MESSAGGI));
        assert_eq!(said[1], ("2 e-mail non consegnate".into(), NON_CONSEGNATI));
    }
}
