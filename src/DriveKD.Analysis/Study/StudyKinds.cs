namespace DriveKD.Analysis.Study;

/// <summary>What the kinds of studies have in common.</summary>
public static class StudyKinds
{
    /// <summary>The index of a curve's first point: 0 for hidden states, which begin with the embeddings, and for bins; 1 for layers.</summary>
    /// <param name="study">The study.</param>
    public static int FirstIndex(StudyKind study) => study is
        StudyKind.VisionTextCosine or StudyKind.GeneralizedMargin
        or StudyKind.VisionSimilarity or StudyKind.TextSimilarity or StudyKind.PromptSimilarity
        or StudyKind.VisionDispersion or StudyKind.TextDispersion or StudyKind.PromptDispersion
        or StudyKind.VisionContrast or StudyKind.TextContrast or StudyKind.PromptContrast ? 0 : 1;

    /// <summary>The studies of one kind of vector.</summary>
    /// <param name="kind">The vectors.</param>
    public static (StudyKind Similarity, StudyKind Dispersion, StudyKind Contrast) Of(VectorKind kind) => kind switch
    {
        VectorKind.PooledVision => (StudyKind.VisionSimilarity, StudyKind.VisionDispersion, StudyKind.VisionContrast),
        VectorKind.PooledText => (StudyKind.TextSimilarity, StudyKind.TextDispersion, StudyKind.TextContrast),
        VectorKind.LastPromptToken => (StudyKind.PromptSimilarity, StudyKind.PromptDispersion, StudyKind.PromptContrast),
        VectorKind.FullMap => (StudyKind.FullMapSimilarity, StudyKind.FullMapDispersion, StudyKind.FullMapContrast),
        VectorKind.TextToVisionMap => (StudyKind.TextToVisionMapSimilarity, StudyKind.TextToVisionMapDispersion, StudyKind.TextToVisionMapContrast),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown vectors"),
    };
}
