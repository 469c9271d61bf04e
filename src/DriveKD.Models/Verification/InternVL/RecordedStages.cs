using System.Globalization;
using System.Text.RegularExpressions;
using DriveKD.Models.Probing;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>Every value of one forward pass by the name a golden gives it, derived ones (last positions, head means, one tile) too.</summary>
/// <remarks>Tensors that it makes are caught by the caller's scope.</remarks>
internal sealed partial class RecordedStages
{
    private readonly Probe _probe;
    private readonly Tensor? _finalHidden_BTC;
    private readonly Tensor? _logits_BTV;
    private readonly int _layers;
    private readonly int? _visionBlocks;

    /// <param name="probe">Holds the recorded stages.</param>
    /// <param name="visionBlocks">How many blocks of the tower ran; null where it did not run.</param>
    /// <param name="finalHidden_BTC">After the final norm; null where the decoder did not run.</param>
    /// <param name="logits_BTV">The head's output; null where the decoder did not run.</param>
    /// <param name="layers">Decoder layers.</param>
    public RecordedStages(Probe probe, int? visionBlocks, Tensor? finalHidden_BTC, Tensor? logits_BTV, int layers) =>
        (_probe, _visionBlocks, _finalHidden_BTC, _logits_BTV, _layers) = (probe, visionBlocks, finalHidden_BTC, logits_BTV, layers);

    /// <summary>Finds what a golden's name stands for.</summary>
    /// <returns>The stage, and either the value or why the model cannot have it; null where the name is not known or the part did not run.</returns>
    public (string Stage, Tensor? Value, string? Problem)? Find(string name)
    {
        if (TilePattern().Match(name) is { Success: true } tile)
        {
            (string Stage, Tensor? Value, string? Problem)? whole = Find(tile.Groups["whole"].Value);
            return whole?.Value is not Tensor tiles ? whole
                : Number(tile, "tile") < tiles.shape[0] ? (whole.Value.Stage, tiles.narrow(0, Number(tile, "tile"), 1), null)
                : (whole.Value.Stage, null, $"there are {tiles.shape[0]} tiles");
        }

        return name.StartsWith("vit.", StringComparison.Ordinal) || name.StartsWith("projector.", StringComparison.Ordinal) ? FindVision(name)
            : _finalHidden_BTC is null ? null
            : FindDecoder(name);
    }

    private (string Stage, Tensor? Value, string? Problem)? FindVision(string name)
    {
        if (_visionBlocks is not int blocks)
        {
            return null;
        }

        if (name == "vit.last_block")
        {
            return Recorded(ModelStages.VisionBlocks, string.Create(CultureInfo.InvariantCulture, $"vit.block{blocks - 1:00}"));
        }

        if (BlockPattern().Match(name) is { Success: true } block && Number(block, "index") >= blocks)
        {
            return (ModelStages.VisionBlocks, null, $"{blocks} blocks of the tower run");
        }

        string stage = name.StartsWith("projector.", StringComparison.Ordinal) ? ModelStages.Projector
            : name == "vit.embeddings" ? ModelStages.VisionEmbeddings
            : name == "vit.pixel_shuffle" ? ModelStages.PixelShuffle
            : ModelStages.VisionBlocks;
        return Recorded(stage, name);
    }

    private (string Stage, Tensor? Value, string? Problem)? FindDecoder(string name)
    {
        if (HiddenPattern().Match(name) is { Success: true } hidden)
        {
            return FindHidden(hidden);
        }

        if (AttentionPattern().Match(name) is { Success: true } attention)
        {
            return FindAttention(attention);
        }

        if (LogitsPattern().Match(name) is { Success: true } logits)
        {
            return LastPositions(ModelStages.Logits, _logits_BTV!, logits);
        }

        return name switch
        {
            "last_logits" => (ModelStages.Logits, _logits_BTV![.., ^1], null),
            "llm.inputs_embeds" => Recorded(ModelStages.Embeddings, "llm.hidden.00"),
            "llm.rope_cos" or "llm.rope_sin" => Recorded(ModelStages.Rotary, name),
            _ when LayerPattern().Match(name) is { Success: true } layer => Number(layer, "index") >= _layers
                ? (ModelStages.DecoderParts, null, $"the model has {_layers} decoder layers")
                : Recorded(ModelStages.DecoderParts, name),
            _ => null,
        };
    }

    private (string Stage, Tensor? Value, string? Problem)? FindHidden(Match match)
    {
        int index = Number(match, "index");
        string norm = match.Groups["norm"].Value;
        if (index > _layers || (norm.Length > 0 && index != _layers))
        {
            return (ModelStages.HiddenStates, null, $"the model has {_layers} decoder layers, the final norm behind the last");
        }

        Tensor value_BTC = norm == "_after_final_norm" ? _finalHidden_BTC! : _probe.Stages[string.Create(CultureInfo.InvariantCulture, $"llm.hidden.{index:00}")];
        return LastPositions(ModelStages.HiddenStates, value_BTC, match);
    }

    private (string Stage, Tensor? Value, string? Problem)? FindAttention(Match match)
    {
        int layer = Number(match, "layer");
        if (layer >= _layers)
        {
            return (ModelStages.Attention, null, $"the model has {_layers} decoder layers");
        }

        Tensor weights = AttentionOf(layer);
        weights = match.Groups["mean"].Success ? weights.mean([1]) : weights;
        return (ModelStages.Attention, match.Groups["row"].Success ? weights.narrow(-2, weights.shape[^2] - 1, 1).squeeze(-2) : weights, null);
    }

    /// <summary>Post-softmax weights of a decoder layer [B, heads, T, T].</summary>
    public Tensor AttentionOf(int layer) => _probe.Stages[string.Create(CultureInfo.InvariantCulture, $"llm.attention.{layer:00}")];

    private static (string Stage, Tensor? Value, string? Problem)? LastPositions(string stage, Tensor value_BTC, Match match)
    {
        if (!match.Groups["last"].Success)
        {
            return (stage, value_BTC, null);
        }

        int last = Number(match, "last");
        return last > value_BTC.shape[1]
            ? (stage, null, $"the sequence has {value_BTC.shape[1]} positions")
            : (stage, value_BTC.narrow(1, value_BTC.shape[1] - last, last), null);
    }

    private (string Stage, Tensor? Value, string? Problem)? Recorded(string stage, string name) =>
        _probe.Stages.TryGetValue(name, out Tensor? value) ? (stage, value, null) : null;

    // At most four digits: a longer number is no layer of any model, and the name then counts as unknown.
    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<whole>.+)_tile(?<tile>[0-9]{1,4})$", RegexOptions.CultureInvariant)]
    private static partial Regex TilePattern();

    [GeneratedRegex(@"^vit\.block(?<index>[0-9]{1,4})(?:\.|$)", RegexOptions.CultureInvariant)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"^llm\.layer(?<index>[0-9]{1,4})\.", RegexOptions.CultureInvariant)]
    private static partial Regex LayerPattern();

    [GeneratedRegex(@"^(?:llm\.)?hidden(?:_last(?<last>[0-9]{1,4}))?\.(?<index>[0-9]{1,4})(?<norm>_after_final_norm|_before_final_norm)?$", RegexOptions.CultureInvariant)]
    private static partial Regex HiddenPattern();

    [GeneratedRegex(@"^(?:llm\.)?attention(?<mean>_head_mean)?\.(?<layer>[0-9]{1,4})(?<row>_last_row)?$", RegexOptions.CultureInvariant)]
    private static partial Regex AttentionPattern();

    [GeneratedRegex(@"^(?:llm\.)?logits(?:_last(?<last>[0-9]{1,4}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex LogitsPattern();
}
