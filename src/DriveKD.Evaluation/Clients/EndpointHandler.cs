using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace DriveKD.Evaluation.Clients;

/// <summary>
/// Stands between the API's client and the network: puts the key on a request, so that nothing above ever holds it; reads the reply
/// whole, up to a limit; and turns whatever is no sound reply into an <see cref="EndpointException"/>.
/// </summary>
internal sealed class EndpointHandler : DelegatingHandler
{
    /// <summary>The longest reply that is read. An answer of 100,000 tokens is a tenth of it.</summary>
    public const long LongestReply = 8_000_000;

    private readonly Endpoint _endpoint;
    private readonly EndpointFaults _faults;

    public EndpointHandler(Endpoint endpoint, EndpointFaults faults, HttpMessageHandler inner)
        : base(inner) => (_endpoint, _faults) = (endpoint, faults);

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _endpoint.Key is null ? null : new AuthenticationHeaderValue("Bearer", _endpoint.Key.Reveal());
        try
        {
            using HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            byte[] body = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
            return Check(response, body);
        }
        catch (HttpRequestException exception)
        {
            throw _faults.Of(exception);
        }
        catch (IOException exception)
        {
            throw _faults.Dropped(exception);
        }
        finally
        {
            // The request outlives this call in the hands of the client above.
            request.Headers.Authorization = null;
        }
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > LongestReply)
        {
            throw _faults.TooLarge((int)response.StatusCode, LongestReply);
        }

        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using MemoryStream body = new();
        byte[] buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            body.Write(buffer, 0, count);
            if (body.Length > LongestReply)
            {
                throw _faults.TooLarge((int)response.StatusCode, LongestReply);
            }
        }

        return body.ToArray();
    }

    private HttpResponseMessage Check(HttpResponseMessage response, byte[] body)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw _faults.OfStatus(response, body);
        }

        int status = (int)response.StatusCode;
        string? contentType = response.Content.Headers.ContentType?.MediaType;
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out JsonElement error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String)
            {
                throw _faults.OfErrorBody(status, body);
            }

            if (FindProblem(root) is string problem)
            {
                throw _faults.Malformed(status, contentType, problem);
            }
        }
        catch (JsonException)
        {
            throw _faults.Malformed(status, contentType, $"it is no whole JSON document; it {Start(body)}");
        }

        HttpResponseMessage sound = new(HttpStatusCode.OK) { Content = new ByteArrayContent(Scrub(body)), RequestMessage = response.RequestMessage };
        sound.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return sound;
    }

    // Whatever else of the reply is kept, the key is not.
    private byte[] Scrub(byte[] body) => _endpoint.Key is { } key ? Encoding.UTF8.GetBytes(key.Scrub(Encoding.UTF8.GetString(body))) : body;

    private static string? FindProblem(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("choices", out JsonElement choices) || choices.ValueKind != JsonValueKind.Array)
        {
            return "it has no list of choices";
        }

        if (choices.GetArrayLength() == 0)
        {
            return "its list of choices is empty";
        }

        if (choices[0].ValueKind != JsonValueKind.Object || !choices[0].TryGetProperty("message", out JsonElement message) || message.ValueKind != JsonValueKind.Object)
        {
            return "its first choice has no message";
        }

        return message.TryGetProperty("content", out JsonElement content) && content.ValueKind is not (JsonValueKind.String or JsonValueKind.Null or JsonValueKind.Array)
            ? "the content of its message is no text"
            : null;
    }

    private static string Start(byte[] body) =>
        body.Length == 0 ? "is empty" : $"begins with '{Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 80)))}'";
}
