namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>The stages of a case, in the order in which the numbers depend on each other: the first that fails names the place to look.</summary>
internal static class Qwen25VLStages
{
    public const string Load = "load";
    public const string Files = "files";
    public const string Pictures = "pictures";
    public const string PixelValues = "pixel values";
    public const string Prompt = "prompt";
    public const string Tokens = "tokens";
    public const string Windows = "windows";
    public const string Positions = "positions";
    public const string PatchEmbedding = "patch embedding";
    public const string RotaryAngles = "rotary angles";
    public const string VisionBlocks = "vision blocks";
    public const string Merger = "merger";
    public const string Embeddings = "embeddings";
    public const string Rotary = "rotary tables";
    public const string DecoderParts = "decoder layer parts";
    public const string HiddenStates = "hidden states";
    public const string Attention = "attention";
    public const string AttentionEntropy = "attention entropy";
    public const string Logits = "logits";
    public const string LikeliestTokens = "likeliest tokens";
    public const string Loss = "loss";
    public const string GradientNorms = "gradient norms";
    public const string Gradients = "gradients";
    public const string GeneratedIds = "generated ids";
    public const string IdsWithoutCache = "ids without cache";
    public const string IdsAlone = "ids of samples alone";
    public const string GenerationLogits = "generation logits";
    public const string Gaps = "gaps of best logits";
    public const string GeneratedText = "generated text";
    public const string Reload = "reload";
    public const string BFloat16 = "bfloat16";
    public const string Config = "config";
    public const string TensorNames = "tensor names";

    /// <summary>Something that kept the case from being run to its end.</summary>
    public const string Case = "case";

    /// <summary>What the golden holds and nothing here was compared with.</summary>
    public const string NotCompared = "not compared";

    /// <summary>Every stage with its tolerance, in order.</summary>
    public static IReadOnlyList<(string Name, double Tolerance, bool IsRelative)> All { get; } =
    [
        (Load, Qwen25VLTolerances.Exact, false),
        (Files, Qwen25VLTolerances.Exact, false),
        (Pictures, Qwen25VLTolerances.Exact, false),
        (PixelValues, Qwen25VLTolerances.PixelValue, false),
        (Prompt, Qwen25VLTolerances.Exact, false),
        (Tokens, Qwen25VLTolerances.Exact, false),
        (Windows, Qwen25VLTolerances.Exact, false),
        (Positions, Qwen25VLTolerances.Exact, false),
        (PatchEmbedding, Qwen25VLTolerances.Patches, false),
        (RotaryAngles, Qwen25VLTolerances.Patches, false),
        (VisionBlocks, Qwen25VLTolerances.Vision, false),
        (Merger, Qwen25VLTolerances.Vision, false),
        (Embeddings, Qwen25VLTolerances.Hidden, false),
        (Rotary, Qwen25VLTolerances.Patches, false),
        (DecoderParts, Qwen25VLTolerances.Hidden, false),
        (HiddenStates, Qwen25VLTolerances.Hidden, false),
        (Attention, Qwen25VLTolerances.Attention, false),
        (AttentionEntropy, Qwen25VLTolerances.Entropy, false),
        (Logits, Qwen25VLTolerances.Logits, false),
        (LikeliestTokens, Qwen25VLTolerances.Exact, false),
        (Loss, Qwen25VLTolerances.Loss, false),
        (GradientNorms, Qwen25VLTolerances.Gradient, true),
        (Gradients, Qwen25VLTolerances.Gradient, true),
        (GeneratedIds, Qwen25VLTolerances.Exact, false),
        (IdsWithoutCache, Qwen25VLTolerances.Exact, false),
        (IdsAlone, Qwen25VLTolerances.Exact, false),
        (GenerationLogits, Qwen25VLTolerances.Logits, false),
        (Gaps, Qwen25VLTolerances.Gap, false),
        (GeneratedText, Qwen25VLTolerances.Exact, false),
        (Reload, Qwen25VLTolerances.Exact, false),
        (BFloat16, Qwen25VLTolerances.BFloat16, true),
        (Config, Qwen25VLTolerances.Exact, false),
        (TensorNames, Qwen25VLTolerances.Exact, false),
        (Case, Qwen25VLTolerances.Exact, false),
        (NotCompared, Qwen25VLTolerances.Exact, false),
    ];

    /// <summary>A table of all stages.</summary>
    public static StageTable Create() => new(All, Case);
}
