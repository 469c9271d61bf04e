using System.Text.Json;

namespace DriveKD.Data.Samples.Json;

/// <summary>One JSON value of a record, with what was wrong in its text: unlike a JsonDocument it keeps duplicate keys in sight.</summary>
internal sealed class RecordNode
{
    private const string UnreadableName = "\uFFFD";

    private List<string>? _duplicateNames;
    private bool _invalidText;

    public JsonValueKind Kind { get; private init; }

    /// <summary>A string's value, or a number's digits; empty otherwise.</summary>
    public string Text { get; private init; } = "";

    public List<(string Name, RecordNode Value)> Properties { get; private init; } = [];

    public List<RecordNode> Items { get; private init; } = [];

    /// <summary>The value in words, for messages.</summary>
    public string Description => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => Text.Length <= 40 ? $"the text \"{Text}\"" : "a text",
        JsonValueKind.Number => Text.Length <= 40 ? $"the number {Text}" : "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    public RecordNode? Find(string name)
    {
        foreach ((string candidate, RecordNode value) in Properties)
        {
            if (candidate == name)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The value of a key, where it is there and not null.</summary>
    public RecordNode? FindPresent(string name) => Find(name) is { Kind: not JsonValueKind.Null } node ? node : null;

    /// <summary>Builds the value whose first token was just read. Depth is bounded by the reader's own limit of 64.</summary>
    public static RecordNode Read(JsonTokenStream tokens) => tokens.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(tokens),
        JsonTokenType.StartArray => ReadList(tokens),
        JsonTokenType.String => new RecordNode { Kind = JsonValueKind.String, Text = tokens.Text ?? "", _invalidText = tokens.Text is null },
        JsonTokenType.Number => new RecordNode { Kind = JsonValueKind.Number, Text = tokens.Text ?? "" },
        JsonTokenType.True => new RecordNode { Kind = JsonValueKind.True },
        JsonTokenType.False => new RecordNode { Kind = JsonValueKind.False },
        _ => new RecordNode { Kind = JsonValueKind.Null },
    };

    /// <summary>Every duplicate key and invalid text in this value, with its path.</summary>
    /// <param name="path">This value's path.</param>
    /// <param name="except">A value inside, whose faults are reported elsewhere.</param>
    public IEnumerable<(RecordFaultKind Kind, string Path, string What)> TextFaults(string path, RecordNode? except = null)
    {
        if (_invalidText)
        {
            yield return (RecordFaultKind.InvalidText, path, "the text is not valid UTF-8, or escapes half a surrogate pair; save the file in UTF-8.");
        }

        foreach (string name in _duplicateNames ?? [])
        {
            yield return (RecordFaultKind.DuplicateKey, JsonPath.Property(path, name), "the key stands twice in one object; keep one.");
        }

        foreach ((string name, RecordNode value) in Properties)
        {
            if (ReferenceEquals(value, except))
            {
                continue;
            }

            foreach ((RecordFaultKind, string, string) fault in value.TextFaults(JsonPath.Property(path, name)))
            {
                yield return fault;
            }
        }

        for (int i = 0; i < Items.Count; i++)
        {
            foreach ((RecordFaultKind, string, string) fault in Items[i].TextFaults(JsonPath.Item(path, i)))
            {
                yield return fault;
            }
        }
    }

    private static RecordNode ReadObject(JsonTokenStream tokens)
    {
        RecordNode node = new() { Kind = JsonValueKind.Object };
        HashSet<string> names = new(StringComparer.Ordinal);
        while (tokens.Read() && tokens.TokenType != JsonTokenType.EndObject)
        {
            string? name = tokens.Text;
            node._invalidText |= name is null;
            if (name is not null && !names.Add(name))
            {
                (node._duplicateNames ??= []).Add(name);
            }

            tokens.Read();
            node.Properties.Add((name ?? UnreadableName, Read(tokens)));
        }

        return node;
    }

    private static RecordNode ReadList(JsonTokenStream tokens)
    {
        RecordNode node = new() { Kind = JsonValueKind.Array };
        while (tokens.Read() && tokens.TokenType != JsonTokenType.EndArray)
        {
            node.Items.Add(Read(tokens));
        }

        return node;
    }
}
