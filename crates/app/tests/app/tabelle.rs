//! Who takes a list out as a table, written down a second time: each list, asked for with each role alone.

use sportello_app::{
    Ctx, Error, Result, autori, campione,
    ctx::Actor,
    fatturazione, per_conto, prenotazione, presenze, proposta,
    protocollo::{self, emergenza},
    riconciliazione, ruolo, scarto, sdd,
    tabella::{Righe, Tabella},
    testing::{App, each, letter},
    ufficio::{compiti, messaggi, posta},
};
use sportello_domain::{anno_scolastico::AnnoScolastico, foglio::Formato, id::CicloId, ruolo::Ruolo};
use uuid::Uuid;

use super::common::count;

/// A list and who may, by the letters of [`letter`].
const LISTS: [(&str, &str); 22] = [
    ("compiti", "IRD"),
    ("messaggi", "IRD"),
    ("non consegnati", "IRD"),
    ("posti", "IRD"),
    ("controlli", "IRU"),
    ("scarto", "RU"),
    ("ruoli", "AU"),
    ("proposte", "A€U"),
    ("riconciliazione", "€"),
    ("presenze", "I€"),
    ("sdd", "€"),
    ("esito", "€"),
    ("rette", "€U"),
    ("anomalie", "€U"),
    ("emergenza", "IRU"),
    ("interruzioni", "IRU"),
    ("giornalieri", "IRU"),
    ("modelli", "AIRU"),
    ("versioni", "AIRU"),
    ("estrazioni", "IRU"),
    ("offerte", "IRDU"),
    ("per conto", "I"),
];

fn done<R: Righe>(table: Result<Tabella<R>>) -> Result<()> {
    table.map(drop)
}

async fn ask(app: &App, ctx: &Ctx, list: &str) -> Result<()> {
    let (portal, csv, anno) = (&app.portal, Formato::Csv, AnnoScolastico::beginning_in(2026));
    match list {
        "compiti" => done(compiti::take_out(portal, ctx, csv).await),
        "messaggi" => done(messaggi::take_out(portal, ctx, csv).await),
        "non consegnati" => done(posta::take_out(portal, ctx, csv).await),
        "posti" => done(prenotazione::take_out(portal, ctx, ("x", anno), csv).await),
        "controlli" => done(campione::take_out(portal, ctx, Uuid::nil(), csv).await),
        "scarto" => done(scarto::take_out(portal, ctx, csv).await),
        "ruoli" => done(ruolo::take_out(portal, ctx, csv).await),
        "proposte" => done(proposta::take_out(portal, ctx, csv).await),
        "riconciliazione" => done(riconciliazione::take_out(portal, ctx, csv).await),
        "presenze" => done(presenze::take_out(portal, ctx, csv).await),
        "sdd" => done(sdd::take_out(portal, ctx, csv).await),
        "esito" => done(sdd::take_out_answer(portal, ctx, "x", csv).await),
        "rette" => done(fatturazione::take_out_runs(portal, ctx, csv).await),
        "anomalie" => done(fatturazione::take_out_anomalies(portal, ctx, CicloId::new(Uuid::nil()), csv).await),
        "emergenza" => done(emergenza::take_out(portal, ctx, csv).await),
        "interruzioni" => done(emergenza::take_out_interruptions(portal, ctx, csv).await),
        "giornalieri" => done(protocollo::take_out_daily(portal, ctx, csv).await),
        "modelli" => done(autori::take_out(portal, ctx, csv).await),
        "versioni" => done(autori::take_out_versions(portal, ctx, "iscrizione-mensa", csv).await),
        "estrazioni" => done(campione::take_out_draws(portal, ctx, csv).await),
        "offerte" => done(prenotazione::take_out_offers(portal, ctx, csv).await),
        "per conto" => done(per_conto::take_out(portal, ctx, csv).await),
        other => panic!("no such list: {other}"),
    }
}

#[tokio::test]
async fn each_role_alone_takes_out_what_the_table_says_and_nothing_else() {
    each(async |app| {
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action LIKE '%.export_list'";
        let ugo = app.operatore("Ugo").await;
        let Actor::Operatore(signed, _) = &ugo.actor else { panic!("{ugo:?}") };
        for ruolo in Ruolo::ALL {
            let actor = Actor::Operatore(signed.clone(), vec![ruolo]);
            let clerk = Ctx { actor, ..ugo.clone() };
            for (list, letters) in LISTS {
                let (may, before) = (letters.contains(letter(ruolo)), count(app, noted).await);
                match ask(app, &clerk, list).await {
                    Ok(()) => assert_eq!((may, count(app, noted).await), (true, before + 1), "{list}"),
                    // What is asked for of one offer, draw or answer is not there.
                    Err(Error::NotFound) => assert!(may, "{list} as {ruolo:?}"),
                    Err(Error::Forbidden) => assert!(!may, "{list} as {ruolo:?}"),
                    Err(other) => panic!("{list} as {ruolo:?}: {other:?}"),
                }
            }
        }
        let before = count(app, noted).await;
        for outside in [app.cittadino("Rossi").await, app.nobody(&app.ente)] {
            for (list, _) in LISTS {
                let refused = ask(app, &outside, list).await;
                assert!(matches!(refused, Err(Error::SignInNeeded)), "{list}: {refused:?}");
            }
        }
        assert_eq!(count(app, noted).await, before, "a refusal leaves no note of a table");
    })
    .await;
}
