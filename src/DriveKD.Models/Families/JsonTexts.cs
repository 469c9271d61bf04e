using System.Text.Json;

namespace DriveKD.Models.Families;

/// <summary>JSON may escape half of a surrogate pair, which is no text; .NET notices only when the text is asked for.</summary>
internal static class JsonTexts
{
    /// <summary>Asks for every name and text of a document.</summary>
    /// <param name="element">The root.</param>
    /// <exception cref="JsonException">One of them is no text.</exception>
    public static void Check(JsonElement element)
    {
        try
        {
            Visit(element);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("a text holds half of a surrogate pair.", exception);
        }
    }

    private static void Visit(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    _ = property.Name;
                    Visit(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Visit(item);
                }

                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
        }
    }
}
