//! The desk: a clerk says who stands before them and by which document they know, then fills in for them.
//!
//! Who may, and what is seen, is decided by `sportello_app::per_conto`.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    Ctx, Ground,
    bozza::{self, BozzaRow},
    modello::{self, ModelloRow, Window},
    per_conto::{self, Applicant, Desk, Opened, Problem},
};
use sportello_domain::{id::PerContoId, riconoscimento::TipoDocumento};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_again, id},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{framed, menu::PER_CONTO},
};

#[derive(Template)]
#[template(path = "ufficio/per-conto.html")]
struct DeskPage {
    page: Page,
    done: bool,
    errors: ErrorBox,
    open: Vec<Line>,
    /// Path of the open sessions as a table.
    take_out: Option<String>,
    form: Form,
    kinds: Vec<Kind>,
}

#[derive(Template)]
#[template(path = "ufficio/per-conto-sessione.html")]
struct SessionPage {
    page: Page,
    until: String,
    modelli: Vec<Line>,
    drafts: Vec<Line>,
    close: String,
}

/// A link with what stands beside it.
struct Line {
    href: String,
    label: String,
    note: String,
}

/// A kind of document to choose.
struct Kind {
    word: &'static str,
    label: String,
    chosen: bool,
}

/// What was typed.
#[derive(Clone, Default)]
struct Form {
    codice_fiscale: String,
    nome: String,
    cognome: String,
    tipo: String,
    number: String,
    issued_by: String,
    expires_on: String,
}

impl Form {
    fn typed(posted: &Posted) -> Self {
        let text = |name: &str| posted.text(name).to_owned();
        Self {
            codice_fiscale: text("cf"),
            nome: text("nome"),
            cognome: text("cognome"),
            tipo: text("tipo"),
            number: text("numero"),
            issued_by: text("rilasciato"),
            expires_on: text("scadenza"),
        }
    }

    fn applicant(&self) -> Applicant {
        Applicant {
            codice_fiscale: self.codice_fiscale.clone(),
            nome: self.nome.clone(),
            cognome: self.cognome.clone(),
            tipo: TipoDocumento::from_stored(&self.tipo),
            number: self.number.clone(),
            issued_by: self.issued_by.clone(),
            expires_on: self.expires_on.parse().ok(),
        }
    }
}

fn problem_words(t: Text, problem: Problem) -> (&'static str, String) {
    let (control, key) = match problem {
        Problem::CodiceFiscale => ("cf", "per-conto-errore-cf"),
        Problem::Own => ("cf", "per-conto-errore-proprio"),
        Problem::OtherName => ("cognome", "per-conto-errore-altro-nome"),
        Problem::Nome => ("nome", "per-conto-errore-nome"),
        Problem::Cognome => ("cognome", "per-conto-errore-cognome"),
        Problem::Tipo => ("tipo", "per-conto-errore-tipo"),
        Problem::Number => ("numero", "per-conto-errore-numero"),
        Problem::IssuedBy => ("rilasciato", "per-conto-errore-rilasciato"),
        Problem::Expired => ("scadenza", "per-conto-errore-scadenza"),
    };
    (control, t.get(key))
}

fn kind_words(t: Text, tipo: TipoDocumento) -> String {
    t.get(match tipo {
        TipoDocumento::IdentityCard => "per-conto-tipo-carta",
        TipoDocumento::Passport => "per-conto-tipo-passaporto",
        TipoDocumento::DrivingLicence => "per-conto-tipo-patente",
        TipoDocumento::ResidencePermit => "per-conto-tipo-permesso",
    })
}

/// Path of a session.
pub(crate) fn path(session: PerContoId) -> String {
    format!("{PER_CONTO}/{session}")
}

/// The open sessions of the clerk, and the form that opens one.
pub async fn show(cx: Cx) -> Result<Response> {
    let open = per_conto::list(&cx.portal, &cx.ctx).await?;
    html(&desk_page(&cx.page(""), &open, Form::default(), &[], cx.query("fatto").is_some()))
}

/// Hands the open sessions of the clerk out as a table.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = per_conto::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the desk: a table is asked for with a button.
pub async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(PER_CONTO)
}

/// Opens a session and goes there.
pub async fn open(cx: Cx, posted: Posted) -> Result<Response> {
    let form = Form::typed(&posted);
    match per_conto::open(&cx.portal, &cx.ctx, &form.applicant()).await? {
        Opened::Done(session) => Ok(cx.see_other(&path(session))),
        Opened::Refused(problems) => {
            let open = per_conto::list(&cx.portal, &cx.ctx).await?;
            html_again(&desk_page(&cx.page(""), &open, form, &problems, false))
        }
    }
}

fn desk_page(base: &Page, open: &[Desk], form: Form, problems: &[Problem], done: bool) -> DeskPage {
    let t = base.t;
    let errors = ErrorBox::of_fields(t, problems.iter().map(|problem| problem_words(t, *problem)).collect());
    let line = |desk: &Desk| Line {
        href: base.to(&path(desk.id)),
        label: desk.name.clone(),
        note: t.get1("per-conto-fino", "ora", t.time(desk.expires_at)),
    };
    let kind = |tipo: TipoDocumento| Kind {
        word: tipo.stored(),
        label: kind_words(t, tipo),
        chosen: tipo.stored() == form.tipo,
    };
    DeskPage {
        page: framed(base, t.get("per-conto-titolo")).failed_if(!problems.is_empty()),
        done,
        errors,
        open: open.iter().map(line).collect(),
        take_out: tabella::of(PER_CONTO, open.is_empty()),
        kinds: TipoDocumento::ALL.into_iter().map(kind).collect(),
        form,
    }
}

/// One session: what can be started, what is being filled in.
pub async fn show_one(cx: Cx, Path(session): Path<String>) -> Result<Response> {
    let session: PerContoId = id(&session)?;
    let desk = per_conto::page(&cx.portal, &cx.ctx, session).await?;
    let behalf = per_conto::resume(&cx.portal, &cx.ctx, session).await?;
    let inside = Ctx { on_behalf: Some(behalf), ..cx.ctx.clone() };
    let drafts = bozza::list(&cx.portal, &inside).await?;
    let modelli = modello::list(&cx.portal, &cx.ctx).await?;
    html(&session_page(&cx.page(""), &desk, &modelli, &drafts))
}

fn session_page(base: &Page, desk: &Desk, modelli: &[ModelloRow], drafts: &[BozzaRow]) -> SessionPage {
    let (t, inside) = (base.t, base.links.behalf(Ground::PerConto(desk.id)));
    let open = modelli.iter().filter(|row| matches!(row.window, Window::Open { .. }));
    SessionPage {
        page: framed(base, t.get1("per-conto-per", "nome", desk.name.as_str()))
            .crumb(t.get("per-conto-titolo"), PER_CONTO),
        until: t.get1("per-conto-fino", "ora", t.time(desk.expires_at)),
        modelli: open
            .map(|row| Line {
                href: inside.to(&format!("/modelli/{}/avvia", row.code)),
                label: row.title.clone(),
                note: row.summary.clone(),
            })
            .collect(),
        drafts: drafts
            .iter()
            .map(|row| Line {
                href: inside.to(&format!("/compila/{}", row.id)),
                label: row.title.clone(),
                note: t.get2("compila-bozze-salvata", "data", t.day(row.saved_at), "ora", t.time(row.saved_at)),
            })
            .collect(),
        close: base.to(&format!("{}/chiudi", path(desk.id))),
    }
}

/// Leads from the address of a form of the session to the session.
pub async fn back(cx: Cx, Path(session): Path<String>) -> Result<Response> {
    Ok(cx.see_other(&path(id(&session)?)))
}

/// Closes a session.
pub async fn close(cx: Cx, Path(session): Path<String>, _posted: Posted) -> Result<Response> {
    per_conto::close(&cx.portal, &cx.ctx, id(&session)?).await?;
    Ok(cx.see_other(&format!("{PER_CONTO}?fatto=si")))
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{
        compila::sample::{day, instant, uuid},
        sample,
        ufficio::sample::{base, see},
    };

    fn desk() -> Desk {
        Desk { id: uuid(80), name: "Amina Diallo".to_owned(), opened_at: instant(), expires_at: instant() }
    }

    fn drafts() -> Vec<BozzaRow> {
        let title = "Modello iscrizione mensa A.S. 2026/2027".to_owned();
        vec![BozzaRow { id: uuid(1), title, saved_at: instant(), send_by: None, until: day() }]
    }

    #[test]
    fn the_pages_render_in_every_language() {
        see("ufficio-per-conto", |base| desk_page(&base, &[desk()], Form::default(), &[], true));
        see("ufficio-per-conto-errori", |base| {
            let problems = [
                Problem::CodiceFiscale,
                Problem::Nome,
                Problem::Cognome,
                Problem::Tipo,
                Problem::Number,
                Problem::IssuedBy,
                Problem::Expired,
            ];
            desk_page(&base, &[], Form::default(), &problems, false)
        });
        let modelli = [sample::modello_row()];
        see("ufficio-per-conto-sessione", |base| session_page(&base, &desk(), &modelli, &drafts()));
        see("ufficio-per-conto-sessione-vuota", |base| session_page(&base, &desk(), &[], &[]));
    }

    #[test]
    fn what_is_started_from_a_session_stays_in_it() {
        let modelli = [ModelloRow {
            window: Window::Open { opens_at: instant(), closes_at: instant() },
            ..sample::modello_row()
        }];
        let html = session_page(&base(Lingua::It), &desk(), &modelli, &drafts()).render().unwrap();
        let session = format!("/prova/ufficio/per/{}", desk().id);
        for inside in ["/modelli/", "/compila/"] {
            assert!(html.contains(&format!("href=\"{session}{inside}")), "{inside}");
        }
        assert!(html.contains(&format!("action=\"/prova/ufficio/per-conto/{}/chiudi\"", desk().id)));
    }
}
