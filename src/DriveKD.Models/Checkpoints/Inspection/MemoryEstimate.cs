using DriveKD.Models.Families;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>Estimates memory from a shape. In doubles: a config is not trusted, and no size may overflow.</summary>
internal static class MemoryEstimate
{
    /// <summary>Text around one picture: a question with its prompt.</summary>
    private const int TextTokens = 256;

    /// <summary>float32 weight, AdamW's two moments, the step's gradient, and that of the sample at hand; projection holds one per task.</summary>
    private const double BytesPerTrained = 4 + 8 + 4 + 4;

    public static MemoryReport Of(ModelConfig config, IReadOnlyList<PartReport> parts)
    {
        LanguageModelConfig language = config.Language;
        TowerShape vision = config.Tower;
        double weights = parts.Sum(part => (double)part.Bytes);
        double parameters = parts.Sum(part => (double)part.Parameters);
        double valueBytes = parameters == 0 ? 2 : weights / parameters;
        double picture = config.UsualPicture.TokensPerTile;
        double tokens = picture + TextTokens;
        double keyValues = 2.0 * language.Layers * language.KeyValueHeads * language.HeadSize * valueBytes;

        double patches = vision.PatchesOf(picture);
        double tower = (vision.Heads * patches * patches) + (patches * ((6.0 * vision.Width) + ((double)vision.MlpMatrices * vision.Intermediate)));
        double decoder = (language.Heads * tokens * tokens) + (tokens * ((6.0 * language.HiddenSize) + (3.0 * language.IntermediateSize)));
        double activations = Math.Max(tower, decoder) * valueBytes;

        double frozen = parts.Where(part => part.Part is ModelPart.VisionTower or ModelPart.Projector).Sum(part => (double)part.Bytes);
        double frozenParameters = parts.Where(part => part.Part is ModelPart.VisionTower or ModelPart.Projector).Sum(part => (double)part.Parameters);
        return new MemoryReport
        {
            WeightBytes = weights,
            KeyValueBytesPerThousandTokens = 1000 * keyValues,
            ActivationBytes = activations,
            RunBytes = weights + activations + (tokens * keyValues),
            RunFormula = $"weights as stored + keys and values (2 x layers x kv heads x head width per token) + the larger of one tower block "
                + $"(heads x P^2 + P x (6 width + {vision.MlpMatrices} mlp), P patches) and one decoder layer (heads x T^2 + T x (6 width + 3 mlp), "
                + $"T = one picture + {TextTokens} text tokens), all in the stored dtype",
            TrainLanguageBytes = ((parameters - frozenParameters) * BytesPerTrained) + frozen,
            TrainAllBytes = parameters * BytesPerTrained,
            TrainFormula = "per trained parameter 4 bytes of float32 weight + 8 of AdamW moments + 4 of the step's gradient + 4 of a sample's; "
                + "frozen parts as stored; projection holds a sample's gradient once per task (12 bytes more for four); teachers and activations come on top",
        };
    }
}
