//! Roles: who gives and takes them, where they count, and that an ente is never left without an amministratore.

use sportello_app::{
    Ctx, Error,
    ruolo::{self, Grant},
    testing::{App, codice_fiscale, each},
};
use sportello_domain::{
    codice_fiscale::CodiceFiscale,
    foglio::Formato,
    ruolo::{Ambito, Ruolo},
};

use super::common::{count, taken_out};

const DEEDS: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND object_kind = 'ruolo' AND actor IS NOT NULL";

fn grant(cognome: &str, ruolo: Ruolo, ambito: Ambito) -> Grant {
    let codice_fiscale = CodiceFiscale::parse(&codice_fiscale(cognome), None).unwrap();
    Grant { codice_fiscale, ruolo, ambito }
}

async fn key(app: &App, ctx: &Ctx, cognome: &str, role: Ruolo) -> uuid::Uuid {
    let held = ruolo::list(&app.portal, ctx).await.unwrap().held;
    let who = codice_fiscale(cognome);
    held.iter().find(|row| row.codice_fiscale == who && row.ruolo == role).unwrap().id
}

#[tokio::test]
async fn a_role_is_given_and_taken_with_a_row_in_the_audit() {
    each(async |app| {
        let capo = app.operatore("Capo").await;
        let before = count(app, DEEDS).await;
        let new = grant("Verdi", Ruolo::Ragioneria, Ambito::Servizio("mensa".into()));
        assert!(ruolo::give(&app.portal, &capo, new.clone()).await.unwrap());
        assert!(!ruolo::give(&app.portal, &capo, new).await.unwrap(), "held already");
        assert_eq!(count(app, DEEDS).await, before + 1, "what changed nothing leaves no row");
        let id = key(app, &capo, "Verdi", Ruolo::Ragioneria).await;
        ruolo::take(&app.portal, &capo, id).await.unwrap();
        assert!(matches!(ruolo::take(&app.portal, &capo, id).await, Err(Error::NotFound)), "it is gone");
        assert_eq!(count(app, DEEDS).await, before + 2);
        let sql = "SELECT count(*) FROM audit WHERE ente_id = $1 AND object_kind = 'ruolo' AND object_id IS NULL";
        assert_eq!(count(app, sql).await, 0, "the audit says which role");
    })
    .await;
}

#[tokio::test]
async fn the_roles_leave_as_a_table() {
    each(async |app| {
        let capo = app.operatore("Capo").await;
        let new = grant("Verdi", Ruolo::Ragioneria, Ambito::Servizio("mensa".into()));
        ruolo::give(&app.portal, &capo, new).await.unwrap();
        let table = ruolo::take_out(&app.portal, &capo, Formato::Csv).await;
        let rows = taken_out(app, &capo, "ruolo.export_list", table).await;
        assert_eq!(
            rows,
            [
                "ruolo.persona;ruolo.codice_fiscale;ruolo.ruolo;ruolo.ambito;ruolo.dato;ruolo.dato_da",
                "Mario Capo;CPAMRA85C12A794H;amministratore;*;2026-09-01T10:00:00+02:00;",
                ";VRDMRA85C12A794U;ragioneria;servizio:mensa;2026-09-01T10:00:00+02:00;Mario Capo",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn only_an_amministratore_of_the_ente_changes_roles_and_never_their_own() {
    each(async |app| {
        let capo = app.operatore("Capo").await;
        let id = key(app, &capo, "Capo", Ruolo::Amministratore).await;
        let new = || grant("Verdi", Ruolo::Ragioneria, Ambito::Ente);
        for ctx in [app.operatore("Anna").await, app.operatore("Ugo").await] {
            assert!(matches!(ruolo::give(&app.portal, &ctx, new()).await, Err(Error::Forbidden)));
            assert!(matches!(ruolo::take(&app.portal, &ctx, id).await, Err(Error::Forbidden)));
        }
        for ctx in [app.nobody(&app.ente), app.cittadino("Capo").await] {
            assert!(matches!(ruolo::list(&app.portal, &ctx).await, Err(Error::SignInNeeded)));
            assert!(matches!(ruolo::give(&app.portal, &ctx, new()).await, Err(Error::SignInNeeded)));
            assert!(matches!(ruolo::take(&app.portal, &ctx, id).await, Err(Error::SignInNeeded)));
        }
        let anna = app.operatore("Anna").await;
        assert!(matches!(ruolo::list(&app.portal, &anna).await, Err(Error::Forbidden)));
        let own = grant("Capo", Ruolo::Ragioneria, Ambito::Ente);
        assert!(matches!(ruolo::give(&app.portal, &capo, own).await, Err(Error::Forbidden)));
        let foreign = app.operatore_di(&app.altrove, "Neri", &[Ruolo::Amministratore]).await;
        assert!(matches!(ruolo::take(&app.portal, &foreign, id).await, Err(Error::NotFound)), "of another ente");
        let seen = ruolo::list(&app.portal, &foreign).await.unwrap().held;
        assert!(!seen.iter().any(|row| row.id == id));
        let table = ruolo::take_out(&app.portal, &foreign, Formato::Csv).await;
        let rows = taken_out(app, &foreign, "ruolo.export_list", table).await;
        let own = rows[1..].iter().all(|row| row.contains("Neri") || row.contains(&codice_fiscale("Capo")));
        assert!(rows.len() == 3 && own, "{rows:?}");
    })
    .await;
}

#[tokio::test]
async fn the_last_amministratore_stays() {
    each(async |app| {
        let capo = app.operatore("Capo").await;
        for row in ruolo::list(&app.portal, &capo).await.unwrap().held {
            if row.ruolo == Ruolo::Amministratore && row.codice_fiscale != codice_fiscale("Capo") {
                ruolo::take(&app.portal, &capo, row.id).await.unwrap();
            }
        }
        let id = key(app, &capo, "Capo", Ruolo::Amministratore).await;
        assert!(matches!(ruolo::take(&app.portal, &capo, id).await, Err(Error::NotAllowedNow)));
        let by_command = grant("Capo", Ruolo::Amministratore, Ambito::Ente);
        let by_command = ruolo::revoke_by_command(&app.portal, app.ente.id, by_command).await;
        assert!(matches!(by_command, Err(Error::NotAllowedNow)));
        // With a second one, two who take each other's role away at once leave one behind.
        let vice = app.operatore_di(&app.ente, "Vice", &[Ruolo::Amministratore]).await;
        let other = key(app, &capo, "Vice", Ruolo::Amministratore).await;
        let both = tokio::join!(ruolo::take(&app.portal, &capo, other), ruolo::take(&app.portal, &vice, id));
        let done = [both.0.is_ok(), both.1.is_ok()];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{both:?}");
        let left = "SELECT count(*) FROM ruolo WHERE ente_id = $1 AND ruolo = 'amministratore' AND revoked_at IS NULL";
        assert_eq!(count(app, left).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_role_counts_where_it_can() {
    each(async |app| {
        let capo = app.operatore("Capo").await;
        let plesso = ruolo::list(&app.portal, &capo).await.unwrap().plessi[0].codice.clone();
        for (role, ambito) in [
            (Ruolo::OperatoreScuola, Ambito::Ente),
            (Ruolo::OperatoreScuola, Ambito::Plesso("NESSUNA".into())),
            (Ruolo::Ragioneria, Ambito::Plesso(plesso.clone())),
            (Ruolo::Ragioneria, Ambito::Servizio("trasporto".into())),
            (Ruolo::Amministratore, Ambito::Servizio("mensa".into())),
        ] {
            let refused = ruolo::give(&app.portal, &capo, grant("Verdi", role, ambito.clone())).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{role:?} {ambito:?}: {refused:?}");
        }
        let organisation = Grant {
            codice_fiscale: CodiceFiscale::parse("00743110157", None).unwrap(),
            ..grant("Verdi", Ruolo::Ragioneria, Ambito::Ente)
        };
        let refused = ruolo::give(&app.portal, &capo, organisation).await;
        assert!(matches!(refused, Err(Error::Unacceptable(_))));
        app.grant(&app.ente, "Scuola", Ruolo::OperatoreScuola, Ambito::Plesso(plesso.clone())).await;
        let scuola = app.operatore_di(&app.ente, "Scuola", &[]).await;
        let scuola = Ctx {
            actor: match scuola.actor {
                sportello_app::Actor::Operatore(signed, _) => {
                    sportello_app::Actor::Operatore(signed, vec![Ruolo::OperatoreScuola])
                }
                other => other,
            },
            ..scuola
        };
        assert_eq!(ruolo::own_plessi(&app.portal, &scuola).await.unwrap(), [plesso]);
        assert!(matches!(ruolo::own_plessi(&app.portal, &capo).await, Err(Error::Forbidden)));
    })
    .await;
}
