# What changes when the office accepts an application, and the tasks that come of it.

effetti-titolo = If you accept
effetti-iscrizione = The pupil is enrolled in the service.
effetti-mandato-nuovo = A mandate for the declared account is made.
effetti-mandato-finisce = Today’s mandate is revoked.
effetti-chiude = The enrolment ends. The last day of meals is { $data }.
effetti-chiude-prenotati = Meals already booked are paid as before. Then the mandate ends too.
effetti-paga-sdd = The next bills are paid by direct debit.
effetti-paga-pagopa = The next bills are paid by pagoPA notice.
effetti-rette-avviso = { $n ->
    [one] 1 open bill, for { $importo }, gets a pagoPA notice.
   *[other] { $n } open bills, for { $importo }, get a pagoPA notice.
}
effetti-rette-conto = { $n ->
    [one] 1 open bill, for { $importo }, moves to the new account.
   *[other] { $n } open bills, for { $importo }, move to the new account.
}
effetti-dieta = The pupil’s diet changes from today, or from the day asked for if that is later.
effetti-residenza = The new residence is { $comune }.
effetti-tariffa-uguale = The fees stay the same.
effetti-tariffa-residenti = { $n ->
    [one] 1 enrolment moves to the residents’ fee from { $data }.
   *[other] { $n } enrolments move to the residents’ fee, the first from { $data }.
}
effetti-tariffa-altri = { $n ->
    [one] 1 enrolment moves to the non-residents’ fee from { $data }.
   *[other] { $n } enrolments move to the non-residents’ fee, the first from { $data }.
}
effetti-conguaglio = Some of those days are in a bill already issued: a task to check it is made.
effetti-compito = A task for the office is made: { $compito }.
effetti-email = In any case the citizen is told.
effetti-cambiato = You cannot accept it: things have changed in the meantime.
effetti-cambiato-testo = The enrolment is over, somebody else pays for it, or a later application was accepted. Reject this one and say why.

ufficio-menu-compiti = Tasks
compiti-titolo = Tasks
compiti-testo = What is left to do by hand after an application.
compiti-nessuno = There is nothing to do.
compiti-elenco = Tasks to do, the oldest first
compiti-col-cosa = What
compiti-col-chi = For whom
compiti-col-pratica = Application
compiti-col-dal = Since
compiti-col-azioni = Actions
compiti-fatto = Mark as done
compiti-fatto-di = Mark as done: { $compito }, application { $numero }
compiti-segnato = The task is marked as done.
compiti-certificazione = make the certificate of expenses
compiti-sospensione = take the pupil off the meals for the period asked for
compiti-conguaglio = check the bills issued with the former fee
compiti-posto = decide the application on the waiting list: there is a place
