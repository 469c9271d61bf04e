using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DriveKD.Runs.Recipes.Reading;

/// <summary>
/// Reads one YAML document into nodes that know their lines. Anchors, aliases and tags are refused: a recipe says each value once,
/// where it stands.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>Deeper nesting is a mistake or an attack: the deepest key of any recipe has five levels.</summary>
    private const int DeepestLevel = 20;

    private readonly YamlEvents _parser;
    private readonly RecipeProblems _problems;
    private readonly string? _override;

    private YamlTree(YamlEvents parser, RecipeProblems problems, string? commandLineArgument) =>
        (_parser, _problems, _override) = (parser, problems, commandLineArgument);

    /// <summary>Reads a document.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="commandLineArgument">The argument that the text is part of; null where it is a file's.</param>
    /// <returns>The root, or null where the document is empty or cannot be read.</returns>
    public static RecipeNode? Parse(string text, RecipeProblems problems, string? commandLineArgument = null)
    {
        try
        {
            return new YamlTree(YamlEvents.Read(text), problems, commandLineArgument).ReadDocument();
        }
        catch (YamlException exception)
        {
            int line = checked((int)exception.Start.Line);
            string place = commandLineArgument is null ? $" at line {line}, column {exception.Start.Column}" : "";
            string end = exception.Message[^1] is '.' or '?' ? "" : ".";
            problems.Add(new RecipeOrigin(line, commandLineArgument), "", $"malformed YAML{place}: {exception.Message}{end}");
            return null;
        }
    }

    private RecipeNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        RecipeNode root = ReadNode("", level: 0);
        _parser.Consume<DocumentEnd>();
        if (!_parser.TryConsume<StreamEnd>(out _))
        {
            _problems.Add(Origin(_parser.Current), "", "a second YAML document begins here; a recipe is one document: remove the '---' line");
        }

        return root;
    }

    private RecipeNode ReadNode(string key, int level)
    {
        if (level > DeepestLevel)
        {
            throw new YamlException(_parser.Current.Start, _parser.Current.End, $"nested deeper than {DeepestLevel} levels");
        }

        if (_parser.TryConsume(out AnchorAlias? alias))
        {
            _problems.Add(Origin(alias), key, $"the alias {Quoting.Quote("*" + alias.Value)}: a recipe has no aliases; write the value out "
                + "(a text that begins with '*' needs quotes)");
            return new RecipeFault(Origin(alias));
        }

        NodeEvent start = _parser.Require<NodeEvent>();
        bool refused = RefuseAnchorOrTag(start, key);
        RecipeNode node = start switch
        {
            MappingStart => ReadMapping(key, level),
            SequenceStart => ReadSequence(key, level),
            _ => ReadScalar(),
        };
        return refused ? new RecipeFault(node.Origin) : node;
    }

    private bool RefuseAnchorOrTag(NodeEvent start, string key)
    {
        if (!start.Anchor.IsEmpty)
        {
            _problems.Add(Origin(start), key, $"the anchor {Quoting.Quote("&" + start.Anchor.Value)}: a recipe has no anchors; remove it "
                + "(a text that begins with '&' needs quotes)");
        }

        // "!" alone only says that a scalar is a text, which YamlDotNet also reports for quoted scalars.
        bool hasTag = !start.Tag.IsEmpty && !(start is Scalar && start.Tag.IsNonSpecific);
        if (hasTag)
        {
            _problems.Add(Origin(start), key, $"the tag {Quoting.Quote(start.Tag.Value)}: a recipe has no tags; the key decides the type; remove it "
                + "(a text that begins with '!' needs quotes)");
        }

        return hasTag || !start.Anchor.IsEmpty;
    }

    private RecipeScalar ReadScalar()
    {
        Scalar scalar = _parser.Consume<Scalar>();
        return new RecipeScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, Origin(scalar));
    }

    private RecipeSequence ReadSequence(string key, int level)
    {
        RecipeOrigin origin = Origin(_parser.Consume<SequenceStart>());
        List<RecipeNode> items = [];
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(RecipeNames.Item(key, items.Count), level + 1));
        }

        return new RecipeSequence(items, origin);
    }

    private RecipeMapping ReadMapping(string path, int level)
    {
        RecipeOrigin origin = Origin(_parser.Consume<MappingStart>());
        Dictionary<string, RecipeOrigin> firsts = [];
        List<RecipeEntry> entries = [];
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            RecipeNode key = ReadNode(path, level + 1);
            string name = RecipeNames.Join(path, key is RecipeScalar { Text: var text } ? Quoting.Shorten(text) : "?");
            RecipeNode value = ReadNode(name, level + 1);
            if (key is not RecipeScalar scalar)
            {
                if (key is not RecipeFault)
                {
                    _problems.Add(key.Origin, path, $"found {key.Description} as a key, expected a name");
                }
            }
            else if (firsts.TryGetValue(scalar.Text, out RecipeOrigin? first))
            {
                string place = _override is null ? string.Create(CultureInfo.InvariantCulture, $"; the first stands on line {first.Line}") : "";
                _problems.Add(scalar.Origin, name, $"the key {Quoting.Quote(scalar.Text)} is written twice in the same place{place}: remove one");
            }
            else
            {
                firsts.Add(scalar.Text, scalar.Origin);
                entries.Add(new RecipeEntry(scalar.Text, scalar.Origin, value));
            }
        }

        return new RecipeMapping(entries, origin);
    }

    private RecipeOrigin Origin(ParsingEvent parsingEvent) =>
        new(_override is null ? checked((int)parsingEvent.Start.Line) : 0, _override);
}
