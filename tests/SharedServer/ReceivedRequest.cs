using System.Text.Json;

namespace DriveKD.Tests;

/// <summary>What a client sent.</summary>
internal sealed record ReceivedRequest(string Path, string Authorization, string Body)
{
    /// <summary>The body, read.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The text of the only message.</summary>
    public string Text => Json.GetProperty("messages")[0].GetProperty("content") is { ValueKind: JsonValueKind.String } text
        ? text.GetString()!
        : string.Concat(Json.GetProperty("messages")[0].GetProperty("content").EnumerateArray().Where(part => part.GetProperty("type").GetString() == "text").Select(part => part.GetProperty("text").GetString()));
}
