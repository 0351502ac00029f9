# Office: deleting what is past its time.

ufficio-menu-scarto = Retention
scarto-titolo = Retention
scarto-testo = The portal proposes what is past its time. Only what you approve is deleted. What is still needed is held back, with a reason.
scarto-niente = There is nothing to delete.
scarto-elenco = Proposals
scarto-cosa = What
scarto-respinte = Files of a rejected application
scarto-dieta = Data and certificates of a diet that is over
scarto-finita = Over since
scarto-proposto = To be decided
scarto-trattenuto = Held back
scarto-approvato = Approved, going
scarto-eseguito = Deleted
scarto-regole = How long things are kept
scarto-regola = Kept for
scarto-regola-portale = { $n ->
    [one] { $n } year
   *[other] { $n } years
}, rule of the portal
scarto-regola-atto = { $n ->
    [one] { $n } year
   *[other] { $n } years
}: { $atto }
scarto-scegli = Choose what
scarto-cosa-manca = Choose what the rule is about.
scarto-anni = Years
scarto-anni-aiuto = 1 to 50, from the day on which it was over.
scarto-anni-errati = Write a number from 1 to 50.
scarto-atto = Act
scarto-atto-aiuto = Kind, number and date of the act that says so.
scarto-atto-manca = Write the act that says so.
scarto-regola-salva = Set the rule
scarto-uno-titolo = Retention of application { $numero }
scarto-deciso = Decided
scarto-da = by { $chi } on { $data }
scarto-motivo = Why it is held back
scarto-motivo-aiuto = For example an appeal. 5 to 500 characters.
scarto-fatto = Deleted
scarto-fatto-il = { $n ->
    [one] on { $data }, with { $n } file
   *[other] on { $data }, with { $n } files
}
scarto-approva-testo = What you approve is deleted and cannot be brought back.
scarto-approva = Approve
scarto-trattieni = Hold back
scarto-libera = Hold back no longer
scarto-tardi = Somebody decided meanwhile. See how it is now.
