//! The accounts on which the ente collects and the series of its invoices: as they stand, and a form each to propose
//! others. A second person confirms them.

use askama::Template;
use axum::response::Response;
use sportello_app::{
    Error as App,
    proposta::{self, Change, Conti, ROLES, Serie, fault},
};
use sportello_domain::{avviso::Segregazione, riscossione::Stazione, sdd::CreditorId};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html_status, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{framed, menu::CONTI, proposte},
};

/// The fields of the accounts in page order, with the keys of their name, their hint and what is wrong with them.
const FIELDS: [(&str, &str, &str, &str); 7] = [
    ("iban", "conti-iban", "conti-iban-aiuto", "conti-iban-errato"),
    ("intestatario", "conti-intestatario", "conti-intestatario-aiuto", "conti-intestatario-errato"),
    ("creditor-id", "conti-creditor-id", "conti-creditor-id-aiuto", "conti-creditor-id-errato"),
    ("cbill", "conti-cbill", "conti-cbill-aiuto", "conti-cbill-errato"),
    ("intermediario", "conti-intermediario", "conti-intermediario-aiuto", "conti-intermediario-errato"),
    ("stazione", "conti-stazione", "conti-stazione-aiuto", "conti-stazione-errata"),
    ("segregazione", "conti-segregazione", "conti-segregazione-aiuto", "conti-segregazione-errata"),
];

#[derive(Template)]
#[template(path = "ufficio/conti.html")]
struct ContiPage {
    page: Page,
    late: Option<String>,
    errors: ErrorBox,
    /// None for an ente that does not collect here.
    stands: Option<Stands>,
}

struct Stands {
    conti: Vec<Field>,
    serie: Field,
    /// Whether this person may propose others.
    can_propose: bool,
}

struct Field {
    name: &'static str,
    label: String,
    hint: String,
    /// What stands.
    now: String,
    /// What stands in the form.
    value: String,
}

/// What a form brought that was not carried out.
#[derive(Default)]
struct Typed {
    posted: Option<Posted>,
    errors: Vec<(&'static str, String)>,
    late: Option<String>,
}

/// Shows what stands.
pub async fn show(cx: Cx) -> Result<Response> {
    draw(&cx, Typed::default()).await
}

/// Leads from the address of the second form to the page.
pub async fn back(cx: Cx) -> Result<Response> {
    Ok(cx.see_other(CONTI))
}

/// Proposes other accounts.
pub async fn propose(cx: Cx, posted: Posted) -> Result<Response> {
    match read(&posted) {
        Ok(conti) => send(&cx, Change::Conti(conti), posted).await,
        Err(wrong) => {
            let errors = wrong.into_iter().map(|field| (field, problem(cx.t, field))).collect();
            draw(&cx, Typed { posted: Some(posted), errors, late: None }).await
        }
    }
}

/// Proposes another series.
pub async fn propose_serie(cx: Cx, posted: Posted) -> Result<Response> {
    let serie = posted.text("serie").trim().to_owned();
    send(&cx, Change::Numerazione(Serie { serie }), posted).await
}

async fn send(cx: &Cx, change: Change, posted: Posted) -> Result<Response> {
    let mut typed = Typed { posted: Some(posted), ..Typed::default() };
    match proposta::propose(&cx.portal, &cx.ctx, change).await {
        Ok(id) => return Ok(proposte::proposed(cx, id)),
        Err(App::Unacceptable(fault::UNCHANGED)) => typed.late = Some(cx.t.get("proposte-uguale")),
        Err(App::Unacceptable(what)) => {
            let field = field_of(what);
            typed.errors = vec![(field, problem(cx.t, field))];
        }
        Err(App::Busy) => typed.late = Some(cx.t.get("proposte-troppe")),
        Err(error) => return Err(error.into()),
    }
    draw(cx, typed).await
}

/// The accounts that a form describes, or the fields that cannot be read.
fn read(posted: &Posted) -> Result<Conti, Vec<&'static str>> {
    let text = |name: &str| posted.text(name).trim().to_owned();
    let creditor_id = CreditorId::parse(&text("creditor-id"));
    let segregazione = Segregazione::parse(&text("segregazione"));
    match (creditor_id, segregazione) {
        (Ok(creditor_id), Ok(segregazione)) => Ok(Conti {
            iban: text("iban"),
            intestatario: text("intestatario"),
            creditor_id,
            cbill: text("cbill"),
            stazione: Stazione { intermediario_cf: text("intermediario"), stazione_id: text("stazione"), segregazione },
        }),
        (creditor_id, segregazione) => {
            let wrong = [("creditor-id", creditor_id.is_err()), ("segregazione", segregazione.is_err())];
            Err(wrong.into_iter().filter(|(_, wrong)| *wrong).map(|(field, _)| field).collect())
        }
    }
}

/// The field of what the use case names.
fn field_of(what: &str) -> &'static str {
    match what {
        fault::INTESTATARIO => "intestatario",
        fault::CBILL => "cbill",
        fault::INTERMEDIARIO => "intermediario",
        fault::STAZIONE => "stazione",
        fault::SERIE => "serie",
        _ => "iban",
    }
}

fn problem(t: Text, field: &str) -> String {
    let known = FIELDS.into_iter().find(|(name, ..)| *name == field);
    t.get(known.map_or("conti-serie-errata", |(.., key)| key))
}

async fn draw(cx: &Cx, typed: Typed) -> Result<Response> {
    let stands = proposta::conti(&cx.portal, &cx.ctx).await?;
    let can_propose = cx.ctx.operatore(&ROLES).is_ok();
    let status = refused_as(typed.late.is_some(), !typed.errors.is_empty());
    html_status(status, &view(&cx.page(""), stands, can_propose, typed))
}

fn view(base: &Page, stands: Option<(Conti, Serie)>, can_propose: bool, typed: Typed) -> ContiPage {
    let t = base.t;
    // Of two forms one came: the other shows what stands.
    let value = |name: &str, now: &str| {
        let typed = typed.posted.as_ref().and_then(|posted| posted.get(name));
        typed.map_or_else(|| now.to_owned(), |typed| typed.trim().to_owned())
    };
    let field = |(name, label, hint): (&'static str, &str, &str), now: String| Field {
        name,
        label: t.get(label),
        hint: t.get(hint),
        value: value(name, &now),
        now,
    };
    let stands = stands.map(|(conti, serie)| Stands {
        conti: FIELDS
            .into_iter()
            .zip(values(conti))
            .map(|((name, label, hint, _), now)| field((name, label, hint), now))
            .collect(),
        serie: field(("serie", "conti-serie", "conti-serie-aiuto"), serie.serie),
        can_propose,
    });
    let errors = ErrorBox::of_fields(t, typed.errors);
    let failed = typed.late.is_some() || !errors.problems.is_empty();
    ContiPage { page: framed(base, t.get("conti-titolo")).failed_if(failed), late: typed.late, errors, stands }
}

/// The values of [`FIELDS`], in their order.
fn values(conti: Conti) -> [String; 7] {
    let Conti { iban, intestatario, creditor_id, cbill, stazione } = conti;
    let Stazione { intermediario_cf, stazione_id, segregazione } = stazione;
    let creditor_id = creditor_id.as_str().to_owned();
    [iban, intestatario, creditor_id, cbill, intermediario_cf, stazione_id, segregazione.into()]
}

/// The names of the accounts' fields with their values.
pub(super) fn lines(t: Text, conti: Conti) -> Vec<(String, String)> {
    FIELDS.into_iter().zip(values(conti)).map(|((_, label, ..), value)| (t.get(label), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ufficio::sample::see;

    #[test]
    fn the_page_renders_in_every_language() {
        let stands = || {
            let riscossione = sportello_store::testing::settings("prova").riscossione.unwrap();
            Some((Conti::from(&riscossione), Serie { serie: riscossione.serie }))
        };
        see("ufficio-conti", |base| view(&base, stands(), true, Typed::default()));
        see("ufficio-conti-letti", |base| view(&base, stands(), false, Typed::default()));
        see("ufficio-conti-nessuno", |base| view(&base, None, true, Typed::default()));
        see("ufficio-conti-errore", |base| {
            let fields = FIELDS.map(|(name, ..)| name).into_iter().chain(["serie"]);
            let errors = fields.map(|name| (name, problem(base.t, name))).collect();
            view(&base, stands(), true, Typed { errors, late: Some("tardi".into()), posted: Some(Posted::default()) })
        });
    }
}
