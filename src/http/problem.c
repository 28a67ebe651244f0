/* SPDX-License-Identifier: Apache-2.0 */
/* problem.c - every type of problem document in words. */
#include "http/problem.h"

#include <assert.h>
#include <stddef.h>

static const struct problem_words words[PROBLEM_COUNT] = {
    [PROBLEM_BAD_REQUEST] = {
        "bad-request", "Malformed request",
        "L’adresse, un paramètre ou le corps de la requête est mal formé.",
        "Comparez la requête avec la description OpenAPI."},
    [PROBLEM_SIGN_IN] = {
        "sign-in", "Authentication needed",
        "La requête ne porte pas de jeton, ou ce jeton est inconnu, expiré ou retiré.",
        "Envoyez un jeton valable dans l’en-tête Authorization: Bearer. Il se crée sur la page "
        "«\u00a0Mon compte\u00a0»."},
    [PROBLEM_DENIED] = {
        "denied", "Not allowed",
        "Le jeton est valable, mais ne donne pas ce droit.",
        "Créez un jeton qui donne le droit nécessaire, par exemple «\u00a0Lire et "
        "commander\u00a0»."},
    [PROBLEM_CSRF] = {
        "csrf", "Form token missing or stale",
        "Un formulaire est arrivé sans le jeton de la page dont il vient.",
        "Rechargez la page. Un programme passe par l’API, où ce jeton n’existe pas."},
    [PROBLEM_NOT_FOUND] = {
        "not-found", "No such resource",
        "Rien n’existe à cette adresse, ou rien que ce jeton puisse voir.",
        "Vérifiez l’identifiant. Ce qui appartient à une autre entreprise répond de même."},
    [PROBLEM_METHOD] = {
        "method", "Method not allowed",
        "Cette adresse ne prend pas cette méthode HTTP.",
        "L’en-tête Allow de la réponse dit lesquelles elle prend."},
    [PROBLEM_TIMEOUT] = {
        "timeout", "Request took too long",
        "La requête n’est pas arrivée en entier à temps.",
        "Renvoyez-la."},
    [PROBLEM_CONFLICT] = {
        "conflict", "Changed in the meantime",
        "L’état de la ressource ne permet pas, ou plus, cette action.",
        "Relisez la ressource avant de décider."},
    [PROBLEM_TOO_LARGE] = {
        "too-large", "Content too large",
        "Le corps de la requête dépasse la taille acceptée.",
        "Envoyez moins à la fois."},
    [PROBLEM_ADDRESS_TOO_LONG] = {
        "address-too-long", "Address too long",
        "L’adresse demandée dépasse la longueur acceptée.",
        "Raccourcissez les paramètres."},
    [PROBLEM_HEADERS_TOO_LARGE] = {
        "headers-too-large", "Header fields too large",
        "Les en-têtes de la requête dépassent la taille acceptée.",
        "Retirez ce qui n’est pas nécessaire, les cookies d’abord."},
    [PROBLEM_MEDIA_TYPE] = {
        "media-type", "Unsupported media type",
        "Le Content-Type du corps n’est pas accepté ici.",
        "L’API prend application/json."},
    [PROBLEM_EXPECTATION] = {
        "expectation", "Expectation failed",
        "L’en-tête Expect demande ce que ce serveur ne sait pas faire.",
        "N’envoyez pas cet en-tête, ou seulement «\u00a0100-continue\u00a0»."},
    [PROBLEM_INVALID] = {
        "invalid", "Invalid request",
        "La requête est lisible, mais une valeur n’est pas acceptée.",
        "Comparez les paramètres avec la description OpenAPI."},
    [PROBLEM_RATE] = {
        "rate", "Too many requests",
        "Trop de requêtes sont arrivées de cette adresse ou de ce jeton en peu de temps.",
        "Attendez le temps que dit l’en-tête Retry-After, en secondes."},
    [PROBLEM_FAULT] = {
        "fault", "Our mistake",
        "Une erreur est survenue de notre côté.",
        "Recommencez plus tard, avec la même clé d’idempotence pour une commande. Si cela dure, "
        "écrivez-nous en citant la valeur de «\u00a0instance\u00a0»."},
    [PROBLEM_NOT_IMPLEMENTED] = {
        "not-implemented", "Not implemented",
        "Ce serveur ne connaît pas ce que la requête demande.",
        "Comparez la requête avec la description OpenAPI."},
    [PROBLEM_BUSY] = {
        "busy", "Busy, try again shortly",
        "Le service est très sollicité. La requête n’a pas été traitée.",
        "Attendez le temps que dit l’en-tête Retry-After, puis recommencez."},
    [PROBLEM_UNKNOWN] = {
        "unknown", "Outcome not known yet",
        "Nous ne savons pas encore si la requête a abouti.",
        "Envoyez-la de nouveau avec la même clé d’idempotence\u00a0: elle ne comptera qu’une "
        "fois."},
    [PROBLEM_VERSION] = {
        "version", "HTTP version not supported",
        "Cette version de HTTP n’est pas prise en charge.",
        "Employez HTTP/1.1."},
    [PROBLEM_INVALID_JSON] = {
        "invalid-json", "The body is not JSON",
        "Le corps n’est pas un document JSON bien formé.",
        "«\u00a0detail\u00a0» donne la ligne et la colonne de l’erreur."},
    [PROBLEM_INVALID_REQUEST] = {
        "invalid-request", "The request is not valid",
        "Des champs manquent ou ont une valeur qui n’est pas acceptée.",
        "«\u00a0errors\u00a0» nomme chaque champ et dit ce qu’il accepte."},
    [PROBLEM_INVALID_SIRET] = {
        "invalid-siret", "Not a SIRET",
        "Ce numéro n’est pas un SIRET\u00a0: il n’a pas 14 chiffres, ou sa clé est fausse.",
        "«\u00a0detail\u00a0» dit ce qui ne va pas, en une phrase à montrer à qui l’a saisi."},
    [PROBLEM_UNKNOWN_ESTABLISHMENT] = {
        "unknown-establishment", "No such establishment",
        "Le registre de cette instance ne contient aucun établissement avec ce SIRET.",
        "Vérifiez le numéro. Un établissement créé récemment figure au registre le mois suivant."},
    [PROBLEM_INVALID_TOKEN] = {
        "invalid-token", "The token cannot be made",
        "Le jeton demandé n’est pas possible\u00a0: son nom ou son droit n’est pas accepté.",
        "«\u00a0errors\u00a0» nomme le champ. Un jeton n’en crée pas de plus puissant que lui."},
    [PROBLEM_ORDER_REFUSED] = {
        "order-refused", "The order was refused",
        "Les règles de la campagne ou le stock ne permettent pas cette commande maintenant.",
        "«\u00a0errors\u00a0» porte la raison sous forme de code, et «\u00a0detail\u00a0» une "
        "phrase en français à montrer à l’acheteur. Rien n’est réservé."},
    [PROBLEM_KEY_REUSED] = {
        "key-reused", "Idempotency key used for another request",
        "Cette clé d’idempotence a déjà servi pour une commande différente.",
        "Faites une clé neuve pour chaque commande, et gardez-la pour la répéter."},
};

const struct problem_words *
problem_words(enum problem which)
{
    assert(which < PROBLEM_COUNT && words[which].path != NULL);
    return &words[which];
}
