using System.Globalization;
using System.Text.RegularExpressions;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>Every value of one pass by the name that a recording gives it.</summary>
/// <remarks>
/// Shapes: B batch, T tokens, C channels, D channels of a head, V vocabulary. Tensors that it makes are caught by the caller's scope.
/// </remarks>
/// <param name="probe">Holds the recorded stages.</param>
/// <param name="config">The decoder.</param>
/// <param name="samples">The batch; null where the decoder did not run.</param>
/// <param name="output_BTC">After the final norm; null where the decoder did not run.</param>
/// <param name="logits_BTV">The head's output; null where the decoder did not run.</param>
internal sealed partial class RecordedPass(Probe probe, LanguageModelConfig config, SampleBatch? samples, Tensor? output_BTC, Tensor? logits_BTV)
{
    /// <summary>Finds what a recorded name stands for.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>The value, or why the model cannot have it; null where the name is not known or the part did not run.</returns>
    public PassValue? Find(string name) => name switch
    {
        _ when name.StartsWith("vision.", StringComparison.Ordinal) => FindVision(name),
        _ when output_BTC is null => null,
        "inputs_embeds" => OfTokens(Qwen25VLStages.Embeddings, Hidden(0)),
        "text.rotary_cos" => Rotary(table => table.Cosine_B1TD),
        "text.rotary_sin" => Rotary(table => table.Sine_B1TD),
        "text.last_layer_output_before_norm" => OfTokens(Qwen25VLStages.HiddenStates, Hidden(config.Layers)),
        "final_norm_output" => OfTokens(Qwen25VLStages.HiddenStates, output_BTC),
        "logits" => OfTokens(Qwen25VLStages.Logits, logits_BTV!),
        "logits_logsumexp" => OfTokens(Qwen25VLStages.Logits, logits_BTV!.logsumexp(-1)),
        _ when HiddenPattern().Match(name) is { Success: true } hidden => FindLayer(Qwen25VLStages.HiddenStates, hidden, Hidden),
        _ when AttentionPattern().Match(name) is { Success: true } attention =>
            FindLayer(Qwen25VLStages.Attention, attention, AttentionOf, tokenAxis: 2),
        _ when PartPattern().Match(name) is { Success: true } part =>
            FindLayer(Qwen25VLStages.DecoderParts, part, layer => Part(layer, part.Groups["part"].Value)),
        _ => null,
    };

    /// <summary>Post-softmax weights of a decoder layer [B, heads, T, T].</summary>
    /// <param name="layer">From 0.</param>
    public Tensor AttentionOf(int layer) => Stage($"llm.attention.{layer:00}");

    /// <summary>The rotary table of the pass, in which every frequency turns by its own axis: cosine or sine [B, T, D].</summary>
    /// <param name="name">The recorded name of the table before that.</param>
    public Tensor UsedRotary(string name) => Stage(name == "text.rotary_cos" ? "llm.rope_cos" : "llm.rope_sin");

    private PassValue? FindVision(string name)
    {
        if (!probe.Stages.TryGetValue(name, out Tensor? value))
        {
            return BlockPattern().Match(name) is { Success: true } block && probe.Stages.ContainsKey("vision.patch_embed")
                ? new PassValue(Qwen25VLStages.VisionBlocks, $"the tower has no block {block.Groups["index"].Value}, or does not record this of it")
                : null;
        }

        string stage = name.StartsWith("vision.block", StringComparison.Ordinal) ? Qwen25VLStages.VisionBlocks
            : name == "vision.patch_embed" ? Qwen25VLStages.PatchEmbedding
            : name == "vision.rotary_angles" ? Qwen25VLStages.RotaryAngles
            : Qwen25VLStages.Merger;
        return new PassValue(stage, value);
    }

    private PassValue FindLayer(string stage, Match match, Func<int, Tensor> find, int tokenAxis = 1)
    {
        // At most four digits: a longer number is no layer of any model, and the name then counts as unknown.
        int layer = int.Parse(match.Groups["index"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        return layer < config.Layers
            ? new PassValue(stage, find(layer), batchAxis: 0, tokenAxis)
            : new PassValue(stage, string.Create(CultureInfo.InvariantCulture, $"the model has {config.Layers} decoder layers"));
    }

    private Tensor Hidden(int index) => Stage($"llm.hidden.{index:00}");

    private Tensor Part(int layer, string part)
    {
        string name = part switch { "input_norm" => "input_layernorm", "attention_branch" => "o_proj", _ => "mlp" };
        return Stage($"llm.layer{layer:00}.{name}");
    }

    private Tensor Stage(string name) => probe.Stages[name];

    /// <summary>The tables of all three axes [3, B, T, D], each as the model forms it of that axis' positions alone.</summary>
    private PassValue Rotary(Func<RotaryEmbedding, Tensor> choose)
    {
        SequencePositions positions = samples!.Positions();
        using Tensor all = tensor(PlacementStage.AllAxes(samples), [RotarySections.Axes, samples.Batch, samples.Length]);
        List<Tensor> tables = [];
        for (int axis = 0; axis < RotarySections.Axes; axis++)
        {
            using Tensor own_BT = all.select(0, axis);
            using RotaryEmbedding table = RotaryEmbedding.Create(config, own_BT, positions.Highest, ScalarType.Float32);
            tables.Add(choose(table).squeeze(1).clone());
        }

        return new PassValue(Qwen25VLStages.Rotary, stack(tables), batchAxis: 1, tokenAxis: 2);
    }

    private static PassValue OfTokens(string stage, Tensor value) => new(stage, value, batchAxis: 0, tokenAxis: 1);

    [GeneratedRegex(@"^vision\.block(?<index>[0-9]+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"^hidden_states\.(?<index>[0-9]{1,4})$", RegexOptions.CultureInvariant)]
    private static partial Regex HiddenPattern();

    [GeneratedRegex(@"^attentions\.(?<index>[0-9]{1,4})$", RegexOptions.CultureInvariant)]
    private static partial Regex AttentionPattern();

    [GeneratedRegex(@"^text\.layer(?<index>[0-9]{1,4})\.(?<part>input_norm|attention_branch|mlp_branch)$", RegexOptions.CultureInvariant)]
    private static partial Regex PartPattern();
}
