using DriveKD.Models.Families;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Measurement;

/// <summary>How large a case is for a model, from its config alone. In doubles and longs: a config is not trusted, and no size may overflow.</summary>
internal static class CaseSize
{
    /// <summary>Tokens of the prompt, those of the pictures included.</summary>
    public static long PromptTokens(ModelConfig config, MeasureCase question) =>
        question.TextTokens + ((long)question.Pictures * config.PicturesOf(1).LayoutOf(SyntheticPrompts.PictureWidth, SyntheticPrompts.PictureHeight).Tokens);

    /// <summary>The most tokens of prompt and answer: scaled positions reach as much further as their factor says.</summary>
    public static long Limit(ModelConfig config) => config.MostTokens;

    /// <summary>Values of the key-value cache; times the dtype's size, its bytes.</summary>
    public static double KeyValues(ModelConfig config, MeasureCase question, int newTokens) =>
        2.0 * config.Language.Layers * config.Language.KeyValueHeads * config.Language.HeadSize * (PromptTokens(config, question) + newTokens);

    /// <summary>Values that the prompt's way through one decoder layer holds: residual, norm, attention and feed-forward.</summary>
    public static double LayerValues(ModelConfig config, MeasureCase question) =>
        PromptTokens(config, question) * ((6.0 * config.Language.HiddenSize) + (3.0 * config.Language.IntermediateSize));

    /// <summary>Bytes of the decoder layers' matrices in 8 bits, beside the weights.</summary>
    public static double RoundedBytes(ModelConfig config)
    {
        LanguageModelConfig language = config.Language;
        double attention = 2.0 * language.HiddenSize * language.HeadSize * (language.Heads + language.KeyValueHeads);
        return language.Layers * (attention + (3.0 * language.HiddenSize * language.IntermediateSize));
    }

    /// <summary>The model's weights.</summary>
    public static double Parameters(ModelConfig config) =>
        config.Family.Expected(config, hasHead: !config.Language.TiesWordEmbeddings).Sum(tensor => (double)tensor.ElementCount);
}
