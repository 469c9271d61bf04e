namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>The figures' names in documents.</summary>
public static class FigureNames
{
    /// <summary>Accuracy by the published reading, 0..1.</summary>
    public const string OfficialAccuracy = "official_accuracy";

    /// <summary>Accuracy by what the answers state, 0..1.</summary>
    public const string StrictAccuracy = "strict_accuracy";

    /// <summary>BLEU-1, 0..1.</summary>
    public const string Bleu1 = "bleu_1";

    /// <summary>BLEU-2, 0..1.</summary>
    public const string Bleu2 = "bleu_2";

    /// <summary>BLEU-3, 0..1.</summary>
    public const string Bleu3 = "bleu_3";

    /// <summary>BLEU-4, 0..1.</summary>
    public const string Bleu4 = "bleu_4";

    /// <summary>ROUGE-L, 0..1.</summary>
    public const string RougeL = "rouge_l";

    /// <summary>CIDEr-D, 0..10.</summary>
    public const string Cider = "cider";

    /// <summary>What a form of question has.</summary>
    /// <param name="form">The form.</param>
    public static IReadOnlyList<string> Of(QuestionForm form) => form switch
    {
        QuestionForm.OpenAnswer => [Bleu1, Bleu2, Bleu3, Bleu4, RougeL, Cider],
        QuestionForm.YesNo => [StrictAccuracy],
        _ => [OfficialAccuracy, StrictAccuracy],
    };
}
