//! One entry of the protocol register, and its annulment.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    Error as App,
    protocollo::{self, ATTO_MAX, ATTO_WANTED, Entry, MOTIVO_MAX},
};
use sportello_domain::id::BozzaId;

use super::{number, status};
use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html_status, id, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{
        OfficeStatus, framed,
        menu::{PRATICHE, PROTOCOLLO},
    },
};

#[derive(Template)]
#[template(path = "ufficio/protocollo-voce.html")]
struct EntryPage {
    page: Page,
    late: Option<String>,
    /// What was done.
    done: Option<String>,
    errors: ErrorBox,
    status: OfficeStatus,
    facts: Vec<(String, String)>,
    /// Number and path of each pratica.
    pratiche: Vec<(String, String)>,
    /// What the annulment says.
    annulled: Vec<(String, String)>,
    /// Where the annulment is sent, for whoever may.
    annul: Option<String>,
    motivo: String,
    atto: String,
}

/// What the page shows besides the entry.
#[derive(Default)]
struct Said {
    late: Option<String>,
    done: Option<String>,
    errors: Vec<(&'static str, String)>,
    motivo: String,
    atto: String,
}

/// Shows an entry; behind the form, what it did.
pub async fn show(cx: Cx, Path(bozza): Path<String>) -> Result<Response> {
    let done = cx.query("fatto").map(|_| cx.t.get("protocollo-annulla-fatto"));
    draw(&cx, id(&bozza)?, Said { done, ..Said::default() }).await
}

/// Leads from the address of the form to its entry.
pub async fn back(cx: Cx, Path(bozza): Path<String>) -> Result<Response> {
    Ok(cx.see_other(&format!("{PROTOCOLLO}/{}", id::<BozzaId>(&bozza)?)))
}

/// Annuls an entry.
pub async fn annul(cx: Cx, Path(bozza): Path<String>, posted: Posted) -> Result<Response> {
    let bozza: BozzaId = id(&bozza)?;
    let (motivo, atto) = (posted.text("motivo").to_owned(), posted.text("atto").to_owned());
    let said = match protocollo::annul(&cx.portal, &cx.ctx, bozza, &motivo, &atto).await {
        Ok(()) => return Ok(cx.see_other(&format!("{PROTOCOLLO}/{bozza}?fatto=si"))),
        Err(App::Unacceptable(ATTO_WANTED)) => {
            vec![("atto", cx.t.get1("protocollo-atto-manca", "max", ATTO_MAX))]
        }
        Err(App::Unacceptable(_)) => vec![("motivo", cx.t.get1("protocollo-motivo-manca", "max", MOTIVO_MAX))],
        Err(App::NotAllowedNow) => {
            let late = Some(cx.t.get("protocollo-annulla-tardi"));
            return draw(&cx, bozza, Said { late, ..Said::default() }).await;
        }
        Err(error) => return Err(error.into()),
    };
    draw(&cx, bozza, Said { errors: said, motivo, atto, ..Said::default() }).await
}

async fn draw(cx: &Cx, bozza: BozzaId, said: Said) -> Result<Response> {
    let entry = protocollo::entry(&cx.portal, &cx.ctx, bozza).await?;
    html_status(refused_as(said.late.is_some(), !said.errors.is_empty()), &view(&cx.page(""), &entry, said))
}

fn view(base: &Page, entry: &Entry, said: Said) -> EntryPage {
    let (t, row) = (base.t, &entry.row);
    let errors = ErrorBox::of_fields(t, said.errors);
    let failed = said.late.is_some() || !errors.problems.is_empty();
    let title = t.get1("protocollo-voce", "numero", number(row.numero, row.anno));
    EntryPage {
        page: framed(base, title).crumb(t.get("protocollo-titolo"), PROTOCOLLO).failed_if(failed),
        late: said.late,
        done: said.done,
        errors,
        status: status(t, entry.annullo.is_some()),
        facts: facts(t, entry),
        pratiche: entry
            .pratiche
            .iter()
            .map(|(id, number)| (t.get1("ufficio-pratica", "numero", number.as_str()), format!("{PRATICHE}/{id}")))
            .collect(),
        annulled: annulled(t, entry),
        annul: entry.can_annul.then(|| base.to(&format!("{PROTOCOLLO}/{}/annulla", row.bozza_id))),
        motivo: said.motivo,
        atto: said.atto,
    }
}

fn facts(t: Text, entry: &Entry) -> Vec<(String, String)> {
    let row = &entry.row;
    let mut facts = vec![
        (t.get("protocollo-registro"), row.aoo.clone()),
        (t.get("protocollo-registrata"), t.moment(row.registered_at)),
        (t.get("protocollo-presentata"), t.moment(row.received_at)),
        (t.get("protocollo-mittente"), row.sender.clone()),
        (t.get("protocollo-oggetto"), row.subject.clone()),
        (t.get("protocollo-classificazione"), row.classificazione.clone()),
    ];
    facts.extend(row.fascicolo.clone().map(|fascicolo| (t.get("protocollo-fascicolo"), fascicolo)));
    facts.push((t.get("protocollo-impronta"), row.sha256.clone()));
    facts
}

fn annulled(t: Text, entry: &Entry) -> Vec<(String, String)> {
    let Some(annullo) = &entry.annullo else { return Vec::new() };
    vec![
        (t.get("protocollo-annullata-il"), t.moment(annullo.annulled_at)),
        (t.get("protocollo-annullata-da"), format!("{} {}", annullo.nome, annullo.cognome)),
        (t.get("protocollo-motivo"), annullo.motivo.clone()),
        (t.get("protocollo-atto"), annullo.atto.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use sportello_app::protocollo::{AnnulloRow, Direction, ProtocolloRow};
    use sportello_domain::protocollo::Registro;

    use super::*;
    use crate::{
        compila::sample::{instant, uuid},
        ufficio::sample::see,
    };

    fn entry(annulled: bool) -> Entry {
        Entry {
            row: ProtocolloRow {
                aoo: "AOO".into(),
                anno: 2026,
                numero: 184,
                registro: Registro::Internal,
                direction: Direction::In,
                registered_at: instant(),
                received_at: instant(),
                sender: "Laura <Ferrari>".into(),
                subject: "Iscrizione al servizio mensa".into(),
                sha256: "ab".repeat(32),
                classificazione: "VII/1".into(),
                fascicolo: Some("2026-VII/1.12".into()),
                bozza_id: uuid(4),
            },
            annullo: annulled.then(|| AnnulloRow {
                motivo: "presentata due volte".into(),
                atto: "Determina n. 4/2026".into(),
                annulled_at: instant(),
                annulled_by: uuid(9),
                nome: "Elena".into(),
                cognome: "Rota".into(),
            }),
            pratiche: vec![(uuid(50), "2026/12".into()), (uuid(51), "2026/13".into())],
            can_annul: !annulled,
        }
    }

    #[test]
    fn an_entry_renders_in_every_language() {
        see("ufficio-protocollo-voce", |base| view(&base, &entry(false), Said::default()));
        see("ufficio-protocollo-voce-annullata", |base| {
            view(&base, &entry(true), Said { done: Some("fatto".into()), ..Said::default() })
        });
        see("ufficio-protocollo-voce-errore", |base| {
            let errors = vec![("motivo", "a".to_owned()), ("atto", "b".to_owned())];
            view(&base, &entry(false), Said { errors, late: Some("tardi".into()), ..Said::default() })
        });
    }
}
