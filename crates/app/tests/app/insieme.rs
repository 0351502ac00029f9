//! A pratica is given to a member of staff; several are worked on at once, each by itself.

use sportello_app::{
    Ctx, Error,
    testing::{App, Domanda, Figlio, each, pdf},
    ufficio::{
        self, Decision,
        insieme::{self, Deed, NONE, Obstacle, ROWS_MAX, TOO_MANY},
    },
};
use sportello_domain::{
    id::{PersonaId, PraticaId},
    pratica::PraticaStatus,
    ruolo::Ruolo,
};
use sportello_store::binds;

use super::common::{at_peace, count};

const ASSIGNED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.assign'";

fn me(ctx: &Ctx) -> PersonaId {
    ctx.operatore(&Ruolo::ALL).unwrap().persona
}

/// Two who decide.
async fn clerks(app: &App) -> [Ctx; 2] {
    let mario = app.operatore_di(&app.ente, "Brusa", &[Ruolo::OperatoreIstruzione]).await;
    [app.operatore("Anna").await, mario]
}

/// One pratica for each child of these numbers.
async fn filed(app: &App, numbers: std::ops::Range<u64>) -> Vec<PraticaId> {
    let ctx = app.cittadino("Rossi").await;
    let mut ids = Vec::new();
    for number in numbers {
        ids.extend(app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", number)])).await.1);
    }
    ids
}

async fn stands(app: &App, anna: &Ctx, id: PraticaId) -> (PraticaStatus, Option<PersonaId>, i64) {
    let page = ufficio::page(&app.portal, anna, id).await.unwrap();
    (page.row.status, page.assigned_to, page.version)
}

#[tokio::test]
async fn a_pratica_is_given_to_somebody_and_both_names_are_kept() {
    each(async |app| {
        let [anna, mario] = clerks(app).await;
        let id = filed(app, 1..2).await[0];
        ufficio::assign(&app.portal, &anna, id, 1, me(&mario)).await.unwrap();
        let page = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert_eq!((page.row.status, page.assigned_to), (PraticaStatus::Registered, Some(me(&mario))));
        let [told] = page.assignments.as_slice() else { panic!("{:?}", page.assignments) };
        assert_ne!(told.to, told.by);
        assert_eq!((Some(&told.to), count(app, ASSIGNED).await), (page.row.assignee.as_ref(), 1));
        assert!(page.clerks.iter().any(|(clerk, _)| *clerk == me(&mario)), "{:?}", page.clerks);
        // To the same once more: nothing to write.
        ufficio::assign(&app.portal, &anna, id, page.version, me(&mario)).await.unwrap();
        assert_eq!((stands(app, &anna, id).await.2, count(app, ASSIGNED).await), (page.version, 1));
        let own = sportello_app::pratica::page(&app.portal, &app.cittadino("Rossi").await, id).await.unwrap();
        assert!(!format!("{own:?}").contains("Brusa"), "the applicant is told of states, not of people");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_given_what_they_cannot_work_on() {
    each(async |app| {
        let [anna, mario] = clerks(app).await;
        let id = filed(app, 1..2).await[0];
        let to = async |ctx: &Ctx, version, to| ufficio::assign(&app.portal, ctx, id, version, to).await;
        let (ugo, rossi) = (app.operatore("Ugo").await, app.cittadino("Rossi").await);
        assert!(matches!(to(&anna, 1, me(&ugo)).await, Err(Error::Unacceptable(_))), "an auditor only reads");
        let applicant = rossi.cittadino().unwrap().persona;
        assert!(matches!(to(&anna, 1, applicant).await, Err(Error::Unacceptable(_))));
        let both = app.operatore_di(&app.ente, "Rossi", &[Ruolo::OperatoreIstruzione]).await;
        assert!(matches!(to(&anna, 1, me(&both)).await, Err(Error::Unacceptable(_))), "it is their own");
        assert!(matches!(to(&both, 1, me(&mario)).await, Err(Error::Forbidden)), "nor do they give it away");
        assert!(matches!(to(&anna, 2, me(&mario)).await, Err(Error::Stale)));
        for reader in [&ugo, &app.operatore("Lara").await] {
            assert!(matches!(to(reader, 1, me(&mario)).await, Err(Error::Forbidden)));
        }
        assert!(matches!(to(&rossi, 1, me(&mario)).await, Err(Error::SignInNeeded)));
        let elsewhere = app.operatore_di(&app.altrove, "Elsa", &[Ruolo::OperatoreIstruzione]).await;
        assert!(matches!(to(&elsewhere, 1, me(&elsewhere)).await, Err(Error::NotFound)));
        assert_eq!((stands(app, &anna, id).await.1, count(app, ASSIGNED).await), (None, 0));

        ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
        let decision = Decision { version: 2, accept: true, reason: String::new() };
        ufficio::decide(&app.portal, &anna, id, &decision).await.unwrap();
        assert!(matches!(to(&anna, 3, me(&mario)).await, Err(Error::NotAllowedNow)), "it is over");
    })
    .await;
}

#[tokio::test]
async fn several_are_taken_and_accepted_each_by_itself() {
    each(async |app| {
        let [anna, mario] = clerks(app).await;
        let ids = filed(app, 1..4).await;
        let preview = async |deed, ids: &[PraticaId]| {
            let lines = insieme::preview(&app.portal, &anna, deed, ids).await.unwrap();
            lines.into_iter().map(|line| ((line.id, line.version), line.obstacle)).collect::<Vec<_>>()
        };
        let all: Vec<_> = preview(Deed::Take, &ids).await;
        assert!(all.iter().all(|(_, obstacle)| obstacle.is_none()), "{all:?}");
        assert_eq!(stands(app, &anna, ids[0]).await.0, PraticaStatus::Registered, "a look changes nothing");
        let shown: Vec<_> = all.into_iter().map(|(row, _)| row).collect();
        // Mario is faster with one.
        ufficio::take(&app.portal, &mario, ids[1], 1).await.unwrap();
        let done = insieme::carry_out(&app.portal, &anna, Deed::Take, &shown).await.unwrap();
        let outcomes: Vec<_> = done.iter().map(|line| line.obstacle.clone()).collect();
        assert_eq!(outcomes, [None, Some(Obstacle::Stale), None]);
        let now = done[1].row.as_ref().unwrap();
        assert_eq!((now.status, now.assignee.is_some()), (PraticaStatus::InReview, true), "what happened meanwhile");
        assert_eq!(stands(app, &anna, ids[1]).await.1, Some(me(&mario)), "nobody's work is taken away");
        assert_eq!(stands(app, &anna, ids[2]).await.1, Some(me(&anna)));

        let lines = insieme::preview(&app.portal, &anna, Deed::Accept, &ids).await.unwrap();
        assert!(lines.iter().all(|line| line.outlook.is_some() && line.obstacle.is_none()), "{lines:?}");
        let shown: Vec<_> = lines.into_iter().map(|line| (line.id, line.version)).collect();
        let done = insieme::carry_out(&app.portal, &anna, Deed::Accept, &shown).await.unwrap();
        assert!(done.iter().all(|line| line.obstacle.is_none()), "{done:?}");
        for id in &ids {
            assert_eq!(stands(app, &anna, *id).await.0, PraticaStatus::Accepted);
        }
        const ENROLLED: &str = "SELECT count(*) FROM iscrizione WHERE ente_id = $1";
        const ACCEPTED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.accept'";
        assert_eq!((count(app, ENROLLED).await, count(app, ACCEPTED).await), (3, 3));
        // The same form once more: every line says that it changed.
        let again = insieme::carry_out(&app.portal, &anna, Deed::Accept, &shown).await.unwrap();
        assert!(again.iter().all(|line| line.obstacle == Some(Obstacle::Stale)), "{again:?}");
        assert_eq!(count(app, ACCEPTED).await, 3);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_has_to_be_looked_at_is_not_accepted_among_others() {
    each(async |app| {
        let [anna, mario] = clerks(app).await;
        let (rossi, bianchi) = (app.cittadino("Rossi").await, app.cittadino("Bianchi").await);
        let file = async |ctx: &Ctx, figlio: Figlio| app.file(ctx, &Domanda::new([figlio])).await.1[0];
        let contested = file(&rossi, Figlio::new("Luca", "Rossi", 1)).await;
        file(&bianchi, Figlio::new("Luca", "Rossi", 1)).await;
        let mut sick = Figlio::new("Sofia", "Rossi", 2);
        sick.certificato = Some(pdf("celiachia"));
        let infected = file(&rossi, sick).await;
        let fresh = file(&rossi, Figlio::new("Ada", "Rossi", 3)).await;
        let ente = app.ente.id;
        let virus = "UPDATE allegato SET scan = 'infetto' WHERE ente_id = $1";
        app.portal.store().write(ente, async move |tx| tx.execute(virus, binds![ente]).await).await.unwrap();
        for id in [contested, infected] {
            ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
        }
        let unknown = PraticaId::new(uuid::Uuid::from_u128(7));
        let ids = [contested, infected, fresh, unknown, contested];
        let expected = [
            Some(Obstacle::Contested),
            Some(Obstacle::Infected),
            Some(Obstacle::NotNow(PraticaStatus::Registered)),
            Some(Obstacle::NotFound),
        ];
        let lines = insieme::preview(&app.portal, &anna, Deed::Accept, &ids).await.unwrap();
        let found: Vec<_> = lines.iter().map(|line| line.obstacle.clone()).collect();
        assert_eq!(found, expected, "each once, in their order");
        let shown: Vec<_> = lines.iter().map(|line| (line.id, line.version)).collect();
        let done = insieme::carry_out(&app.portal, &anna, Deed::Accept, &shown).await.unwrap();
        assert_eq!(done.into_iter().map(|line| line.obstacle).collect::<Vec<_>>(), expected, "nor by the doing");
        assert_eq!(stands(app, &anna, infected).await.0, PraticaStatus::InReview);

        let to = Deed::Assign(me(&anna));
        let lines = insieme::preview(&app.portal, &mario, to, &[infected, fresh]).await.unwrap();
        let found: Vec<_> = lines.into_iter().map(|line| line.obstacle).collect();
        assert_eq!(found, [Some(Obstacle::Already), None]);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_decide_one_may_not_decide_several() {
    each(async |app| {
        let [anna, _] = clerks(app).await;
        let id = filed(app, 1..2).await[0];
        for reader in [app.operatore("Lara").await, app.operatore("Ugo").await, app.operatore("Capo").await] {
            let seen = insieme::preview(&app.portal, &reader, Deed::Take, &[id]).await;
            assert!(matches!(seen, Err(Error::Forbidden)), "{seen:?}");
            let done = insieme::carry_out(&app.portal, &reader, Deed::Take, &[(id, 1)]).await;
            assert!(matches!(done, Err(Error::Forbidden)), "{done:?}");
        }
        let elsewhere = app.operatore_di(&app.altrove, "Elsa", &[Ruolo::OperatoreIstruzione]).await;
        let done = insieme::carry_out(&app.portal, &elsewhere, Deed::Take, &[(id, 1)]).await.unwrap();
        assert_eq!((done[0].row.is_none(), &done[0].obstacle), (true, &Some(Obstacle::NotFound)));
        assert_eq!(stands(app, &anna, id).await, (PraticaStatus::Registered, None, 1));

        let none = insieme::preview(&app.portal, &anna, Deed::Take, &[]).await;
        assert!(matches!(none, Err(Error::Unacceptable(NONE))), "{none:?}");
        let many: Vec<_> = (0..=ROWS_MAX as u128).map(|n| PraticaId::new(uuid::Uuid::from_u128(n))).collect();
        let many = insieme::preview(&app.portal, &anna, Deed::Take, &many).await;
        assert!(matches!(many, Err(Error::Unacceptable(TOO_MANY))), "{many:?}");
    })
    .await;
}
