using System.Diagnostics.CodeAnalysis;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DriveKD.Runs.Recipes.Reading;

/// <summary>A document's events, all read before the first is used: a text is malformed as a whole or not at all.</summary>
internal sealed class YamlEvents
{
    private readonly List<ParsingEvent> _events;
    private int _next;

    private YamlEvents(List<ParsingEvent> events) => _events = events;

    /// <summary>The event that is next.</summary>
    public ParsingEvent Current => _events[_next];

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML, perhaps.</param>
    /// <exception cref="YamlException">The text is malformed; the exception's start is the line and column to report.</exception>
    public static YamlEvents Read(string text)
    {
        Parser parser = new(new StringReader(text));
        List<ParsingEvent> events = [];
        try
        {
            while (parser.MoveNext())
            {
                events.Add(parser.Current!);
            }
        }
        catch (Exception exception) when (exception is YamlException or InvalidOperationException or ArgumentException)
        {
            // The parser's own checks: it reports some texts, such as a flow mapping without its end, by these instead of its exception.
            throw Locate(text, events, exception);
        }

        return new YamlEvents(events);
    }

    /// <summary>Takes the next event, which the document's grammar says is one of this type.</summary>
    /// <exception cref="YamlException">It is not: the parser lets some malformed texts pass, such as a mapping that ends behind a key.</exception>
    public T Consume<T>()
        where T : ParsingEvent
    {
        T taken = Require<T>();
        _next++;
        return taken;
    }

    /// <summary>The next event, which the document's grammar says is one of this type.</summary>
    /// <exception cref="YamlException">It is not.</exception>
    public T Require<T>()
        where T : ParsingEvent => Current as T ?? throw new YamlException(Current.Start, Current.End, "found something that cannot stand here; is a key or a value missing?");

    /// <summary>Takes the next event if it is one of this type.</summary>
    public bool TryConsume<T>([NotNullWhen(true)] out T? taken)
        where T : ParsingEvent
    {
        taken = _events[_next] as T;
        _next += taken is null ? 0 : 1;
        return taken is not null;
    }

    private static YamlException Locate(string text, List<ParsingEvent> events, Exception exception)
    {
        Mark read = events.Count > 0 ? events[^1].End : Mark.Empty;
        YamlException? own = exception as YamlException;
        Mark start = own is not null && own.Start.Index >= read.Index ? own.Start : read;
        string[] lines = text.Split('\n');
        for (int line = (int)start.Line; line <= lines.Length; line++)
        {
            int tab = lines[line - 1].IndexOf('\t', StringComparison.Ordinal);
            if (tab >= 0 && string.IsNullOrWhiteSpace(lines[line - 1][..tab]) && !string.IsNullOrWhiteSpace(lines[line - 1]))
            {
                Mark place = new(start.Index, line, tab + 1);
                return new YamlException(place, place, "found a tab before the text, expected spaces: YAML is indented with spaces", exception);
            }
        }

        string open = OpenBracket(events) is { } bracket ? $"; is the bracket on line {bracket.Line}, column {bracket.Column} closed?" : "";
        string message = $"{own?.Message.TrimEnd('.') ?? "found something that cannot stand here"}{open}";
        return start.Line <= lines.Length
            ? new YamlException(start, start, message, exception)
            : new YamlException(new Mark(start.Index, lines.Length, lines[^1].Length + 1), start, message, exception);
    }

    /// <summary>Where the innermost flow list or mapping that has no end begins.</summary>
    private static Mark? OpenBracket(List<ParsingEvent> events)
    {
        Stack<Mark?> open = [];
        foreach (ParsingEvent parsingEvent in events)
        {
            switch (parsingEvent)
            {
                case SequenceStart sequence:
                    open.Push(sequence.Style == SequenceStyle.Flow ? sequence.Start : null);
                    break;
                case MappingStart mapping:
                    open.Push(mapping.Style == MappingStyle.Flow ? mapping.Start : null);
                    break;
                case SequenceEnd or MappingEnd:
                    open.Pop();
                    break;
            }
        }

        return open.Count > 0 ? open.Peek() : null;
    }
}
