using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Files;

/// <summary>Reads one added token: its JSON has the same keys in every file that lists added tokens.</summary>
internal static class AddedTokenReader
{
    private static readonly string[] _stretchingFlags = ["single_word", "lstrip", "rstrip"];

    /// <summary>The token, or null where it is broken or refused; the reason is then among the problems.</summary>
    public static AddedToken? Read(string where, int id, JsonElement item, ProblemList problems)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("content", out JsonElement contentElement)
            || TokenizerFile.TextOrNull(contentElement) is not { } content)
        {
            problems.Add(where, "is not an object with the text \"content\".");
            return null;
        }

        bool isGood = true;
        foreach (string flag in _stretchingFlags.Where(flag => Flag(where, item, flag, fallback: false, problems, ref isGood)))
        {
            problems.Add(where, $"\"{content}\" has \"{flag}\": true, which is not supported and would change ids.");
            isGood = false;
        }

        bool isSpecial = Flag(where, item, "special", fallback: false, problems, ref isGood);
        bool isNormalized = Flag(where, item, "normalized", fallback: !isSpecial, problems, ref isGood);
        return isGood ? new AddedToken(id, content, isSpecial, isNormalized) : null;
    }

    /// <summary>The tokens under <c>added_tokens_decoder</c> of a <c>tokenizer_config.json</c>; none where the file or the key is absent.</summary>
    public static IEnumerable<(string Where, AddedToken Token)> ReadDecoder(string configFile, JsonDocument? config, ProblemList problems)
    {
        if (config is null || !config.RootElement.TryGetProperty("added_tokens_decoder", out JsonElement decoder))
        {
            yield break;
        }

        if (decoder.ValueKind != JsonValueKind.Object)
        {
            problems.Add(
                configFile, $"added_tokens_decoder is a JSON {TokenizerFile.Describe(decoder.ValueKind)} where an object of id: token was expected.");
            yield break;
        }

        foreach ((string key, JsonElement value) in TokenizerFile.Entries(configFile, decoder))
        {
            string where = $"{configFile}, added_tokens_decoder[\"{key}\"]";
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                problems.Add(where, $"the key is not an id in 0..{TokenizerDefinition.LargestId}.");
            }
            else if (Read(where, id, value, problems) is { } token)
            {
                yield return (where, token);
            }
        }
    }

    private static bool Flag(string where, JsonElement item, string name, bool fallback, ProblemList problems, ref bool isGood)
    {
        if (!item.TryGetProperty(name, out JsonElement value))
        {
            return fallback;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.ValueKind == JsonValueKind.True;
        }

        problems.Add(where, $"\"{name}\" is a JSON {TokenizerFile.Describe(value.ValueKind)} where true or false was expected.");
        isGood = false;
        return fallback;
    }
}
