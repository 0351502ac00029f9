//! Who holds which role; the amministratore gives and takes them.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    Error as App,
    ruolo::{self, Grant, Roles, RuoloRow},
};
use sportello_domain::{
    codice_fiscale::CodiceFiscale,
    ruolo::{Ambito, Ruolo},
};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html_status, id, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{framed, menu::RUOLI},
};

/// Words of the address to which a form leads: a reload of the page sends nothing again.
const GIVEN: &str = "dato";
const HELD: &str = "gia";
const TAKEN: &str = "tolto";

#[derive(Template)]
#[template(path = "ufficio/ruoli.html")]
struct RuoliPage {
    page: Page,
    late: Option<String>,
    /// What was done.
    done: Option<String>,
    errors: ErrorBox,
    held: Vec<HeldView>,
    /// The form, for those who may change roles.
    form: Option<FormView>,
    /// Path of this list as a table.
    take_out: Option<String>,
}

struct HeldView {
    who: String,
    codice_fiscale: String,
    ruolo: String,
    ambito: String,
    since: String,
    /// Where the form goes that takes it away; none for those who only read.
    take: Option<String>,
    /// What its button says, whole.
    take_label: String,
}

struct FormView {
    codice_fiscale: String,
    /// Value, words and choice.
    ruoli: Vec<(&'static str, String, bool)>,
    ambiti: Vec<(String, String, bool)>,
}

/// What the form brought that was not carried out.
#[derive(Default)]
struct Typed {
    codice_fiscale: String,
    ruolo: String,
    ambito: String,
    errors: Vec<(&'static str, String)>,
    late: Option<String>,
    done: Option<String>,
}

/// Shows the roles; behind a form, what it did.
pub async fn show(cx: Cx) -> Result<Response> {
    let done = match cx.query("fatto").as_deref() {
        Some(GIVEN) => Some("ruoli-fatto-dato"),
        Some(HELD) => Some("ruoli-fatto-gia"),
        Some(TAKEN) => Some("ruoli-fatto-tolto"),
        _ => None,
    };
    draw(&cx, Typed { done: done.map(|key| cx.t.get(key)), ..Typed::default() }).await
}

/// Leads from the address of a form to the list.
pub async fn back(cx: Cx) -> Result<Response> {
    Ok(cx.see_other(RUOLI))
}

/// Hands the list out as a table.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = ruolo::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Gives a role.
pub async fn give(cx: Cx, posted: Posted) -> Result<Response> {
    let text = |name: &str| posted.text(name).trim().to_owned();
    let mut typed = Typed {
        codice_fiscale: text("codice-fiscale"),
        ruolo: text("ruolo"),
        ambito: text("ambito"),
        ..Typed::default()
    };
    let grant = match read(&cx, &typed) {
        Ok(grant) => grant,
        Err(errors) => return draw(&cx, Typed { errors, ..typed }).await,
    };
    match ruolo::give(&cx.portal, &cx.ctx, grant).await {
        Ok(new) => Ok(cx.see_other(&format!("{RUOLI}?fatto={}", if new { GIVEN } else { HELD }))),
        Err(App::Unacceptable(_)) => {
            typed.errors = vec![("ambito", cx.t.get("ruoli-ambito-non-adatto"))];
            draw(&cx, typed).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a role away.
pub async fn take(cx: Cx, Path(ruolo): Path<String>) -> Result<Response> {
    match ruolo::take(&cx.portal, &cx.ctx, id(&ruolo)?).await {
        Ok(()) => Ok(cx.see_other(&format!("{RUOLI}?fatto={TAKEN}"))),
        Err(App::NotAllowedNow) => {
            let late = Some(cx.t.get("ruoli-ultimo"));
            draw(&cx, Typed { late, ..Typed::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The role that a form names, or what is wrong with it, by field.
fn read(cx: &Cx, typed: &Typed) -> Result<Grant, Vec<(&'static str, String)>> {
    let t = cx.t;
    let mut errors = Vec::new();
    let codice_fiscale = CodiceFiscale::parse(&typed.codice_fiscale, None).ok().filter(|code| !code.is_numeric());
    let own = |code: &CodiceFiscale| cx.signed().is_some_and(|signed| signed.codice_fiscale == code.as_str());
    if codice_fiscale.is_none() {
        errors.push(("codice-fiscale", t.get("ruoli-cf-forma")));
    } else if codice_fiscale.as_ref().is_some_and(own) {
        errors.push(("codice-fiscale", t.get("ruoli-cf-proprio")));
    }
    let (ruolo, ambito) = (Ruolo::from_stored(&typed.ruolo), Ambito::from_stored(&typed.ambito));
    if ruolo.is_none() {
        errors.push(("ruolo", t.get("ruoli-ruolo-manca")));
    }
    match (ruolo, &ambito) {
        (Some(ruolo), Some(ambito)) if ruolo.fits(ambito) => {}
        (None, Some(_)) => {}
        _ => errors.push(("ambito", t.get("ruoli-ambito-non-adatto"))),
    }
    match (codice_fiscale, ruolo, ambito) {
        (Some(codice_fiscale), Some(ruolo), Some(ambito)) if errors.is_empty() => {
            Ok(Grant { codice_fiscale, ruolo, ambito })
        }
        _ => Err(errors),
    }
}

async fn draw(cx: &Cx, typed: Typed) -> Result<Response> {
    let roles = ruolo::list(&cx.portal, &cx.ctx).await?;
    html_status(refused_as(typed.late.is_some(), !typed.errors.is_empty()), &view(&cx.page(""), &roles, typed))
}

fn view(base: &Page, roles: &Roles, typed: Typed) -> RuoliPage {
    let t = base.t;
    let form = roles.can_change.then(|| form(t, roles, &typed));
    let errors = ErrorBox::of_fields(t, typed.errors);
    let failed = typed.late.is_some() || !errors.problems.is_empty();
    RuoliPage {
        page: framed(base, t.get("ruoli-titolo")).failed_if(failed),
        late: typed.late,
        done: typed.done,
        errors,
        held: roles.held.iter().map(|row| held_view(t, roles, row)).collect(),
        form,
        take_out: tabella::of(RUOLI, roles.held.is_empty()),
    }
}

fn held_view(t: Text, roles: &Roles, row: &RuoloRow) -> HeldView {
    let who = match (&row.nome, &row.cognome) {
        (Some(nome), Some(cognome)) => format!("{nome} {cognome}"),
        _ => t.get("ruoli-mai-entrato"),
    };
    let ruolo = ruolo_words(t, row.ruolo);
    let since = match (&row.by_nome, &row.by_cognome) {
        (Some(nome), Some(cognome)) => {
            t.get2("ruoli-dato-da", "giorno", t.day(row.granted_at), "chi", format!("{nome} {cognome}"))
        }
        _ => t.get1("ruoli-dato-comando", "giorno", t.day(row.granted_at)),
    };
    HeldView {
        take_label: t.get2("ruoli-togli-a", "ruolo", ruolo.clone(), "chi", row.codice_fiscale.as_str()),
        who,
        codice_fiscale: row.codice_fiscale.clone(),
        ruolo,
        ambito: Ambito::from_stored(&row.ambito).map_or_else(|| row.ambito.clone(), |one| ambito_words(t, roles, &one)),
        since,
        take: roles.can_change.then(|| format!("{RUOLI}/{}/togli", row.id)),
    }
}

fn form(t: Text, roles: &Roles, typed: &Typed) -> FormView {
    let plessi = roles.plessi.iter().map(|plesso| Ambito::Plesso(plesso.codice.clone()));
    let ambiti = [Ambito::Ente, Ambito::Servizio("mensa".to_owned())].into_iter().chain(plessi);
    let ambito = |one: Ambito| {
        let stored = one.stored();
        let chosen = stored == typed.ambito;
        (stored, ambito_words(t, roles, &one), chosen)
    };
    FormView {
        codice_fiscale: typed.codice_fiscale.clone(),
        ruoli: Ruolo::ALL.map(|role| (role.stored(), ruolo_words(t, role), role.stored() == typed.ruolo)).into(),
        ambiti: ambiti.map(ambito).collect(),
    }
}

fn ruolo_words(t: Text, role: Ruolo) -> String {
    match role {
        Ruolo::Amministratore => t.get("ruoli-amministratore"),
        Ruolo::OperatoreIstruzione => t.get("ruoli-operatore-istruzione"),
        Ruolo::Responsabile => t.get("ruoli-responsabile"),
        Ruolo::OperatoreDiete => t.get("ruoli-operatore-diete"),
        Ruolo::Ragioneria => t.get("ruoli-ragioneria"),
        Ruolo::Auditor => t.get("ruoli-auditor"),
        Ruolo::OperatoreScuola => t.get("ruoli-operatore-scuola"),
    }
}

fn ambito_words(t: Text, roles: &Roles, ambito: &Ambito) -> String {
    match ambito {
        Ambito::Ente => t.get("ruoli-ambito-ente"),
        Ambito::Servizio(code) if code == "mensa" => t.get("ruoli-ambito-mensa"),
        Ambito::Servizio(code) => code.clone(),
        Ambito::Plesso(code) => {
            let known = roles.plessi.iter().find(|plesso| plesso.codice == *code);
            t.get1("ruoli-ambito-plesso", "nome", known.map_or(code.as_str(), |plesso| plesso.name.as_str()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        compila::sample::{instant, uuid},
        ufficio::sample::see,
    };

    #[test]
    fn the_page_renders_in_every_language() {
        let row = |ruolo, ambito: &str, nome: Option<&str>| RuoloRow {
            id: uuid(1),
            codice_fiscale: "LCTTRS75T43F205F".into(),
            ruolo,
            ambito: ambito.into(),
            granted_at: instant(),
            nome: nome.map(str::to_owned),
            cognome: nome.map(|_| "Rossi".to_owned()),
            by_nome: nome.map(str::to_owned),
            by_cognome: nome.map(|_| "Riva".to_owned()),
        };
        let roles = |can_change| Roles {
            held: vec![
                row(Ruolo::Amministratore, "*", Some("Teresa")),
                row(Ruolo::Ragioneria, "servizio:mensa", None),
                row(Ruolo::OperatoreScuola, "plesso:X", None),
            ],
            plessi: Vec::new(),
            can_change,
        };
        see("ufficio-ruoli", |base| view(&base, &roles(true), Typed::default()));
        see("ufficio-ruoli-letti", |base| view(&base, &roles(false), Typed::default()));
        see("ufficio-ruoli-errore", |base| {
            let errors =
                vec![("codice-fiscale", "a".to_owned()), ("ruolo", "b".to_owned()), ("ambito", "c".to_owned())];
            view(&base, &roles(true), Typed { errors, late: Some("tardi".into()), ..Typed::default() })
        });
    }
}
