# Pages between the home page and a modello, and the page of a modello.
pratiche-sommario = Start a new application, take up a draft or look at those you have sent.
pratiche-apertura = Start an application
pratiche-apertura-testo = Present a new application to the municipality.
pratiche-apertura-sommario = Choose the area of your application.
pratiche-bozze = Drafts (suspended applications)
pratiche-bozze-testo = Take up an application that you have suspended.
pratiche-consultazione = Your applications
pratiche-consultazione-testo = See the state and outcome of what you have sent.
pratiche-area-testo = Enrolment, changes, diet, payment, certificate and withdrawal.
pratiche-area-sommario = Choose what you want to ask for.
pratiche-iscrizione = Enrolment in school services
pratiche-iscrizione-testo = { $aperti ->
    [0] No form is open now: see when one opens.
    [one] One form is open now.
   *[other] { $aperti } forms are open now.
}
scolastici-sommario = Enrol your children, read the invoices, pay, and follow your applications.
modelli-sommario = Choose the form of your application.
modelli-nessuno = There is no form now. To know when one opens, call the office.
modello-aperto = Open until { $fine }
modello-aperto-dal = Open from { $inizio } to { $fine }
modello-apre = Opens on { $inizio }
modello-chiuso = Closed since { $fine }
modello-avvia = Start application
modello-con-spid = We will ask you to sign in with your digital identity.
modello-non-ora = You cannot present this application now. A draft of yours stands among the suspended applications.
modello-tempo = Time
modello-minuti = { $minuti ->
    [one] about 1 minute
   *[other] about { $minuti } minutes
}
modello-costo = Cost of the application
modello-risposta = Answer
modello-giorni = { $giorni ->
    [one] within 1 day
   *[other] within { $giorni } days
}
modello-chi = Who can present it
modello-serve = What you need
modello-come = How it works
modello-bozza-fino = The application is to be sent by { $fine }. A draft that was not sent is kept until { $fino }.
modello-ottieni = What you get
modello-prezzo = What the service costs
modello-altro = Looking for something else?
