namespace DriveKD.Models.Verification.InternVL;

/// <summary>The stages of a model case, in the order in which the numbers depend on each other: the first that fails names the place to look.</summary>
internal static class ModelStages
{
    public const string Files = "files";
    public const string Pixels = "pixels";
    public const string PixelValues = "pixel values";
    public const string Prompt = "prompt";
    public const string Tokens = "tokens";
    public const string VisionEmbeddings = "vision embeddings";
    public const string VisionBlocks = "vision blocks";
    public const string PixelShuffle = "pixel shuffle";
    public const string Projector = "projector";
    public const string Embeddings = "embeddings";
    public const string Rotary = "rotary tables";
    public const string DecoderParts = "decoder layer parts";
    public const string HiddenStates = "hidden states";
    public const string Attention = "attention";
    public const string AttentionPeaks = "attention peaks";
    public const string Logits = "logits";
    public const string Loss = "loss";
    public const string TokenLosses = "token losses";
    public const string Gradients = "gradients";
    public const string GradientNorms = "gradient norms";
    public const string GeneratedIds = "generated ids";
    public const string GenerationLogits = "generation logits";
    public const string GeneratedText = "generated text";

    /// <summary>Something that kept the case from being run to its end.</summary>
    public const string Case = "case";

    /// <summary>What the golden holds and nothing here was compared with.</summary>
    public const string NotCompared = "not compared";

    /// <summary>Every stage with its tolerance, in order.</summary>
    public static IReadOnlyList<(string Name, double Tolerance, bool IsRelative)> All { get; } =
    [
        (Files, ModelTolerances.Exact, false),
        (Pixels, ModelTolerances.Pixel, false),
        (PixelValues, ModelTolerances.PixelValue, false),
        (Prompt, ModelTolerances.Exact, false),
        (Tokens, ModelTolerances.Exact, false),
        (VisionEmbeddings, ModelTolerances.Vision, false),
        (VisionBlocks, ModelTolerances.Vision, false),
        (PixelShuffle, ModelTolerances.Vision, false),
        (Projector, ModelTolerances.Vision, false),
        (Embeddings, ModelTolerances.Hidden, false),
        (Rotary, ModelTolerances.Hidden, false),
        (DecoderParts, ModelTolerances.Hidden, false),
        (HiddenStates, ModelTolerances.Hidden, false),
        (Attention, ModelTolerances.Attention, false),
        (AttentionPeaks, ModelTolerances.AttentionPeak, false),
        (Logits, ModelTolerances.Logits, false),
        (Loss, ModelTolerances.Loss, false),
        (TokenLosses, ModelTolerances.TokenLoss, false),
        (Gradients, ModelTolerances.Gradient, true),
        (GradientNorms, ModelTolerances.GradientNorm, true),
        (GeneratedIds, ModelTolerances.Exact, false),
        (GenerationLogits, ModelTolerances.Logits, false),
        (GeneratedText, ModelTolerances.Exact, false),
        (Case, ModelTolerances.Exact, false),
        (NotCompared, ModelTolerances.Exact, false),
    ];
}
