//! Proposte: what waits for a second person, shown as a difference, and the answers to it.

pub mod controllo;
mod differenza;

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    Error as App, Result as AppResult,
    proposta::{self, ControlloRow, PropostaKind, PropostaRow, PropostaStatus, Shown},
};
use sportello_domain::id::PropostaId;

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_status, id, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{OfficeStatus, framed, menu::PROPOSTE},
};

use differenza::{Voce, voci};

/// Words of the address to which a form leads: a reload of the page sends nothing again.
const PROPOSED: &str = "proposta";
const CONFIRMED: &str = "confermata";
const REFUSED: &str = "respinta";
const WITHDRAWN: &str = "ritirata";

#[derive(Template)]
#[template(path = "ufficio/proposte.html")]
struct ProposteList {
    page: Page,
    controllo: String,
    /// Whether this person may propose.
    can_propose: bool,
    proposte: Vec<RowView>,
    /// Path of this list as a table.
    take_out: Option<String>,
}

struct RowView {
    href: String,
    kind: String,
    who: String,
    status: OfficeStatus,
}

#[derive(Template)]
#[template(path = "ufficio/proposta.html")]
struct PropostaPage {
    page: Page,
    late: Option<String>,
    /// What was done.
    done: Option<String>,
    errors: ErrorBox,
    status: OfficeStatus,
    /// What happened to it, in sentences.
    facts: Vec<String>,
    /// Why it cannot be confirmed, by anybody or by this person.
    hindrance: Option<String>,
    voci: Vec<Voce>,
    confirm: Option<String>,
    /// Address, button: refusing or withdrawing, by whoever may.
    end: Option<(String, String)>,
    motivo: String,
}

/// What the page shows besides the proposta.
#[derive(Default)]
struct Said {
    late: Option<String>,
    done: Option<String>,
    errors: Vec<(&'static str, String)>,
    motivo: String,
}

/// Shows what waits and what was decided.
pub async fn show(cx: Cx) -> Result<Response> {
    let rows = proposta::list(&cx.portal, &cx.ctx).await?;
    let act = proposta::controllo(&cx.portal, &cx.ctx).await?;
    let can_propose = cx.ctx.operatore(&proposta::ROLES).is_ok();
    html(&list_view(&cx.page(""), &rows, act.as_ref(), can_propose))
}

/// Hands the list out as a table.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = proposta::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the list: a table is asked for with a button.
pub async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(PROPOSTE)
}

/// Shows one; behind a form, what it did.
pub async fn show_one(cx: Cx, Path(proposta): Path<String>) -> Result<Response> {
    let key = match cx.query("fatto").as_deref() {
        Some(PROPOSED) => Some("proposte-fatto-proposta"),
        Some(CONFIRMED) => Some("proposte-fatto-confermata"),
        Some(REFUSED) => Some("proposte-fatto-respinta"),
        Some(WITHDRAWN) => Some("proposte-fatto-ritirata"),
        _ => None,
    };
    let done = key.map(|key| cx.t.get(key));
    draw(&cx, id(&proposta)?, Said { done, ..Said::default() }).await
}

/// Leads from the address of a form to its proposta.
pub async fn back(cx: Cx, Path(proposta): Path<String>) -> Result<Response> {
    Ok(cx.see_other(&format!("{PROPOSTE}/{}", id::<PropostaId>(&proposta)?)))
}

/// Where a new proposta is shown.
pub(super) fn proposed(cx: &Cx, id: PropostaId) -> Response {
    cx.see_other(&format!("{PROPOSTE}/{id}?fatto={PROPOSED}"))
}

/// Confirms.
pub async fn confirm(cx: Cx, Path(proposta): Path<String>) -> Result<Response> {
    let id = id(&proposta)?;
    let confirmed = proposta::confirm(&cx.portal, &cx.ctx, id).await;
    answer(&cx, id, confirmed, CONFIRMED, String::new()).await
}

/// Refuses.
pub async fn refuse(cx: Cx, Path(proposta): Path<String>, posted: Posted) -> Result<Response> {
    let (id, motivo) = (id(&proposta)?, posted.text("motivo"));
    let refused = proposta::refuse(&cx.portal, &cx.ctx, id, motivo).await;
    answer(&cx, id, refused, REFUSED, motivo.to_owned()).await
}

/// Withdraws.
pub async fn withdraw(cx: Cx, Path(proposta): Path<String>, posted: Posted) -> Result<Response> {
    let (id, motivo) = (id(&proposta)?, posted.text("motivo"));
    let withdrawn = proposta::withdraw(&cx.portal, &cx.ctx, id, motivo).await;
    answer(&cx, id, withdrawn, WITHDRAWN, motivo.to_owned()).await
}

/// The page behind an answer: what it did, or what happened meanwhile.
async fn answer(cx: &Cx, id: PropostaId, done: AppResult<()>, word: &str, motivo: String) -> Result<Response> {
    let said = match done {
        Ok(()) => return Ok(cx.see_other(&format!("{PROPOSTE}/{id}?fatto={word}"))),
        Err(App::Stale) => Said { late: Some(cx.t.get("proposte-superata")), ..Said::default() },
        Err(App::NotAllowedNow) => Said { late: Some(cx.t.get("proposte-gia-decisa")), ..Said::default() },
        Err(App::Unacceptable(_)) => {
            let errors = vec![("motivo", cx.t.get1("proposte-motivo-manca", "max", proposta::MOTIVO_MAX))];
            Said { errors, motivo, ..Said::default() }
        }
        Err(error) => return Err(error.into()),
    };
    draw(cx, id, said).await
}

async fn draw(cx: &Cx, id: PropostaId, said: Said) -> Result<Response> {
    let shown = proposta::find(&cx.portal, &cx.ctx, id).await?;
    html_status(refused_as(said.late.is_some(), !said.errors.is_empty()), &view(&cx.page(""), &shown, said)?)
}

fn list_view(base: &Page, rows: &[PropostaRow], act: Option<&ControlloRow>, can_propose: bool) -> ProposteList {
    let t = base.t;
    let row = |row: &PropostaRow| RowView {
        href: base.to(&format!("{PROPOSTE}/{}", row.id)),
        kind: kind_words(t, row.kind),
        who: proposed_words(t, row),
        status: status(t, row.status),
    };
    ProposteList {
        page: framed(base, t.get("proposte-titolo")),
        controllo: controllo::words(t, act),
        can_propose,
        proposte: rows.iter().map(row).collect(),
        take_out: tabella::of(PROPOSTE, rows.is_empty()),
    }
}

fn view(base: &Page, shown: &Shown, said: Said) -> Result<PropostaPage> {
    let (t, row) = (base.t, &shown.row);
    let own = format!("{PROPOSTE}/{}", row.id);
    let end = match (shown.can_refuse, shown.can_withdraw) {
        (true, _) => Some((base.to(&format!("{own}/respingi")), t.get("proposte-respingi"))),
        (false, true) => Some((base.to(&format!("{own}/ritira")), t.get("proposte-ritira"))),
        (false, false) => None,
    };
    let errors = ErrorBox::of_fields(t, said.errors);
    let failed = said.late.is_some() || !errors.problems.is_empty();
    Ok(PropostaPage {
        page: framed(base, kind_words(t, row.kind)).failed_if(failed),
        late: said.late,
        done: said.done,
        errors,
        status: status(t, row.status),
        facts: facts(t, row),
        hindrance: hindrance(t, shown),
        voci: voci(t, row)?,
        confirm: shown.can_confirm.then(|| base.to(&format!("{own}/conferma"))),
        end,
        motivo: said.motivo,
    })
}

/// Why somebody who waits for it cannot confirm it.
fn hindrance(t: Text, shown: &Shown) -> Option<String> {
    let key = match (shown.late, shown.stale) {
        (true, _) => "proposte-fuori-tempo",
        (_, true) => "proposte-superata",
        _ if shown.can_withdraw && !shown.can_confirm => "proposte-serve-altra-persona",
        _ => return None,
    };
    Some(t.get(key))
}

fn facts(t: Text, row: &PropostaRow) -> Vec<String> {
    let mut facts = vec![proposed_words(t, row)];
    let decided = row.decided_at.map(|at| t.moment(at));
    let who = row.decided_nome.iter().chain(&row.decided_cognome).cloned().collect::<Vec<_>>().join(" ");
    match (row.status, decided) {
        (PropostaStatus::Confirmed, Some(at)) => facts.push(t.get2("proposte-confermata-da", "chi", who, "quando", at)),
        (PropostaStatus::Refused, Some(at)) => facts.push(t.get2("proposte-respinta-da", "chi", who, "quando", at)),
        (PropostaStatus::Withdrawn, Some(at)) => facts.push(t.get2("proposte-ritirata-da", "chi", who, "quando", at)),
        (PropostaStatus::Expired, Some(at)) => facts.push(t.get1("proposte-scaduta-il", "quando", at)),
        _ => facts.push(t.get1("proposte-aspetta-fino", "quando", t.moment(row.expires_at))),
    }
    facts.extend(row.motivo.as_ref().map(|motivo| t.get1("proposte-motivo-detto", "motivo", motivo.as_str())));
    facts
}

fn proposed_words(t: Text, row: &PropostaRow) -> String {
    let who = format!("{} {}", row.proposed_nome, row.proposed_cognome);
    t.get2("proposte-proposta-da", "chi", who, "quando", t.moment(row.proposed_at))
}

fn kind_words(t: Text, kind: PropostaKind) -> String {
    match kind {
        PropostaKind::Conti => t.get("proposte-conti"),
        PropostaKind::Numerazione => t.get("proposte-numerazione"),
        PropostaKind::Tariffe => t.get("proposte-tariffe"),
    }
}

fn status(t: Text, status: PropostaStatus) -> OfficeStatus {
    let (words, shape) = match status {
        PropostaStatus::Waiting => (t.get("proposte-stato-attesa"), "st-attesa"),
        PropostaStatus::Confirmed => (t.get("proposte-stato-confermata"), "st-ok"),
        PropostaStatus::Refused => (t.get("proposte-stato-respinta"), "st-errore"),
        PropostaStatus::Withdrawn => (t.get("proposte-stato-ritirata"), "st-chiusa"),
        PropostaStatus::Expired => (t.get("proposte-stato-scaduta"), "st-chiusa"),
    };
    OfficeStatus { words, shape }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use sportello_store::Json;

    use super::*;
    use crate::{
        compila::sample::{instant, uuid},
        ufficio::sample::see,
    };

    fn row(kind: PropostaKind, status: PropostaStatus, before: Value, after: Value) -> PropostaRow {
        let decided = (status != PropostaStatus::Waiting).then(instant);
        let motivo = matches!(status, PropostaStatus::Refused | PropostaStatus::Withdrawn).then(|| "<errore>".into());
        PropostaRow {
            id: uuid(1),
            kind,
            before: Json(before),
            after: Json(after),
            base_sha256: String::new(),
            status,
            proposed_by: uuid(2),
            proposed_nome: "Anna".into(),
            proposed_cognome: "Brambilla".into(),
            proposed_at: instant(),
            expires_at: instant(),
            decided_nome: decided.map(|_| "Teresa".into()),
            decided_cognome: decided.map(|_| "Locatelli".into()),
            decided_at: decided,
            motivo,
        }
    }

    fn serie(status: PropostaStatus) -> PropostaRow {
        row(PropostaKind::Numerazione, status, json!({ "serie": "M" }), json!({ "serie": "R" }))
    }

    fn tariffe() -> PropostaRow {
        let piano = json!({ "listini": [{ "fasce": [{ "up_to_cents": 500_000, "price_cents": 205 }, { "price_cents": 450 }] }],
            "fratelli": { "order": "nascita", "riduzioni": [{ "from_child": 2, "off": { "percent_bp": 1500 } }] } });
        let after = json!({ "dal": "2026-09-01", "al": null, "atto": "Delibera n. 2", "piano": piano });
        row(PropostaKind::Tariffe, PropostaStatus::Waiting, Value::Null, after)
    }

    fn conti() -> PropostaRow {
        let conti = |iban: &str| {
            json!({ "iban": iban, "intestatario": "Comune", "creditor_id": "IT82ZZZ0000080018230153", "cbill": "AAAAA",
                "stazione": { "intermediario_cf": "80018230153", "stazione_id": "80018230153_01", "segregazione": "02" } })
        };
        let (before, after) = (conti("IT48Z9999999999000000001000"), conti("IT60X0542811101000000123456"));
        row(PropostaKind::Conti, PropostaStatus::Waiting, before, after)
    }

    fn shown(row: PropostaRow) -> Shown {
        let can_confirm = row.status == PropostaStatus::Waiting;
        Shown { row, late: false, stale: false, can_confirm, can_refuse: can_confirm, can_withdraw: false }
    }

    #[test]
    fn the_pages_render_in_every_language() {
        let rows: Vec<PropostaRow> = PropostaStatus::ALL.iter().map(|status| serie(*status)).collect();
        see("ufficio-proposte", |base| list_view(&base, &rows, None, true));
        see("ufficio-proposte-vuote", |base| list_view(&base, &[], None, false));
        for row in rows {
            let name = format!("ufficio-proposta-{}", row.status.stored());
            let shown = shown(row);
            see(&name, |base| view(&base, &shown, Said::default()).unwrap());
        }
        let (tariffe, conti) = (shown(tariffe()), shown(conti()));
        see("ufficio-proposta-tariffe", |base| view(&base, &tariffe, Said::default()).unwrap());
        see("ufficio-proposta-conti", |base| view(&base, &conti, Said::default()).unwrap());
        let own = Shown { can_confirm: false, can_refuse: false, can_withdraw: true, ..conti };
        see("ufficio-proposta-propria", |base| view(&base, &own, Said::default()).unwrap());
        let stale = Shown { stale: true, can_confirm: false, ..tariffe };
        see("ufficio-proposta-errore", |base| {
            let errors = vec![("motivo", "a".to_owned())];
            let said = Said { late: Some("tardi".into()), errors, ..Said::default() };
            view(&base, &stale, said).unwrap()
        });
    }

    #[test]
    fn a_difference_names_what_changes_and_what_only_one_of_the_two_has() {
        let t = crate::compila::sample::base(sportello_domain::lingua::Lingua::It).t;
        let changed = |row: &PropostaRow| voci(t, row).unwrap().iter().filter(|voce| voce.changed).count();
        assert_eq!((changed(&serie(PropostaStatus::Waiting)), changed(&conti())), (1, 1));
        let lines = voci(t, &tariffe()).unwrap();
        assert!(lines.iter().all(|voce| voce.changed && voce.before == "–"), "nothing was in force");
        assert!(lines.iter().any(|voce| voce.after.contains("2,05\u{a0}€")));
    }
}
