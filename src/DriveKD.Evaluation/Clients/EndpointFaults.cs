using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace DriveKD.Evaluation.Clients;

/// <summary>Says of a failed request what was found and what to do.</summary>
/// <param name="endpoint">Whom the request went to.</param>
/// <param name="time">Counts from now to a date that a server names.</param>
internal sealed class EndpointFaults(Endpoint endpoint, TimeProvider time)
{
    private const int LongestWords = 300;

    private readonly string _name = endpoint.ToString();

    /// <summary>No connection, or one that broke before the first line of a reply.</summary>
    public EndpointException Of(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => Make(EndpointFault.Unreachable, null, $"the host {endpoint.BaseUrl.Host} was not found; check the base URL and the network.", exception),
        HttpRequestError.SecureConnectionError => Make(EndpointFault.Unreachable, null, $"there is no secure connection ({Words(Innermost(exception))}); check the base URL: https or http? Is the certificate trusted?", exception),
        HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError => Make(EndpointFault.Unreachable, null, $"it cannot be reached ({Words(Innermost(exception))}); is the server running, and the base URL right?", exception),
        _ => Dropped(exception),
    };

    /// <summary>The connection broke in mid-reply.</summary>
    public EndpointException Dropped(Exception exception) =>
        Make(EndpointFault.Dropped, null, $"the connection broke off before the reply was complete ({Words(Innermost(exception))}); try again, or look into the server's log.", exception);

    /// <summary>Nothing came in time.</summary>
    public EndpointException Timeout(double seconds) => Make(
        EndpointFault.Timeout, null, string.Create(CultureInfo.InvariantCulture, $"no reply within {seconds:0.###} s; raise the time-out, or ask fewer at a time."));

    /// <summary>The reply is larger than any answer.</summary>
    public EndpointException TooLarge(int status, long limit) => Make(
        EndpointFault.TooLarge, status, string.Create(CultureInfo.InvariantCulture, $"the reply (status {status}) is longer than {limit / 1_000_000} MB and was not read on; is this a chat server?"));

    /// <summary>The reply is not what the API promises.</summary>
    public EndpointException Malformed(int status, string? contentType, string problem) => Make(
        EndpointFault.Malformed,
        status,
        $"the reply (status {status}, {(string.IsNullOrEmpty(contentType) ? "no content type" : Words(contentType))}) is malformed: {Words(problem).TrimEnd('.')}. Does the server speak the OpenAI API, and does the base URL end where /chat/completions follows (as a rule in /v1)?");

    /// <summary>A status that is no success.</summary>
    /// <param name="response">Its headers.</param>
    /// <param name="body">Its body.</param>
    public EndpointException OfStatus(HttpResponseMessage response, byte[] body)
    {
        int status = (int)response.StatusCode;
        (string said, string? code) = ReadError(body);
        string found = $"status {status} ({Reason(response.StatusCode)}){(said.Length > 0 ? $": {said.TrimEnd('.')}" : "")}";
        TimeSpan? wait = RetryAfter(response);
        return status switch
        {
            >= 300 and < 400 => Make(EndpointFault.Moved, status, $"{found}. It sends to {Words(response.Headers.Location?.ToString() ?? "an unnamed place")}; if that is right, give it as the base URL."),
            401 or 403 when endpoint.HasKey => Make(EndpointFault.Unauthorized, status, $"{found}. The key in {endpoint.KeyVariable} was refused; check the variable, and that the key belongs to this server and may use the model."),
            401 or 403 => Make(EndpointFault.Unauthorized, status, $"{found}. No key was sent: set the environment variable {endpoint.KeyVariable}, or name the variable that holds the key."),
            402 => NoCredit(status, found),
            429 when code is "insufficient_quota" or "billing_hard_limit_reached" => NoCredit(status, found),
            404 => Make(EndpointFault.NotFound, status, $"{found}. Either the server does not know the model '{endpoint.Model}' ({endpoint.BaseUrl.ToString().TrimEnd('/')}/models lists what it has), or the base URL is wrong: /chat/completions is appended to it."),
            408 => Make(EndpointFault.Timeout, status, $"{found}. The server gave up; try again later."),
            429 => Make(EndpointFault.TooManyRequests, status, $"{found}. Ask fewer at a time, or later.", wait: wait),
            >= 500 and not (501 or 505) => Make(EndpointFault.ServerError, status, $"{found}. The server failed; try again later, or look into its log.", wait: wait),
            _ => Make(EndpointFault.Refused, status, $"{found}. The request was refused; the server's words say why."),
        };
    }

    /// <summary>An error that came with a status of success, as some routers send it.</summary>
    public EndpointException OfErrorBody(int status, byte[] body) => Make(
        EndpointFault.ServerError, status, $"status {status}, but the reply is an error: {ReadError(body).Said.TrimEnd('.')}. Try again later, or look into the server's log.");

    private EndpointException NoCredit(int status, string found) =>
        Make(EndpointFault.NoCredit, status, $"{found}. The account has no credit left; top it up, or use another key.");

    // A server's exception may hold anything: only connection errors, which never saw the key, are kept as causes.
    private EndpointException Make(EndpointFault fault, int? status, string what, Exception? cause = null, TimeSpan? wait = null) =>
        new(fault, _name, status, Scrub(what), cause) { RetryAfter = wait };

    private string Scrub(string text) => endpoint.Key?.Scrub(text) ?? text;

    private (string Said, string? Code) ReadError(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
            {
                JsonElement error = root.TryGetProperty("error", out JsonElement found) ? found : root;
                if (error.ValueKind == JsonValueKind.String)
                {
                    return (Words(error.GetString()!), null);
                }

                if (error.ValueKind == JsonValueKind.Object)
                {
                    string? said = Text(error, "message") ?? Text(error, "detail");
                    return (Words(said ?? error.GetRawText()), Text(error, "code") ?? Text(error, "type"));
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON: the first words will do.
        }

        return (Words(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 4 * LongestWords)))), null);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // The key goes before the text is cut: half a key is a key too.
    private string Words(string text)
    {
        string line = string.Join(' ', Scrub(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = string.Concat(line.Select(character => char.IsControl(character) ? '\uFFFD' : character));
        return line.Length <= LongestWords ? line : line[..LongestWords] + "...";
    }

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is not null)
        {
            exception = exception.InnerException;
        }

        return exception.Message.TrimEnd('.');
    }

    private static string Reason(HttpStatusCode status) => new HttpResponseMessage(status).ReasonPhrase is { Length: > 0 } phrase ? phrase : "no name";

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: TimeSpan delta } => delta,
            { Date: DateTimeOffset date } => date - time.GetUtcNow(),
            _ => null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
