namespace DriveKD.Analysis.Study;

/// <summary>What a curve shows. docs/PRESTUDY.md has the formulas.</summary>
public enum StudyKind
{
    /// <summary>Mean over tokens of the cosine between hidden state l - 1 and l; l from 1.</summary>
    AdjacentCosine,

    /// <summary>Cosine between the mean vision and the mean text state; hidden states from 0.</summary>
    VisionTextCosine,

    /// <summary>Mean pairwise cosine of samples by their mean vision state; hidden states from 0.</summary>
    VisionSimilarity,

    /// <summary>Mean pairwise cosine of samples by their mean text state; hidden states from 0.</summary>
    TextSimilarity,

    /// <summary>Mean pairwise cosine of samples by the state of their last prompt token; hidden states from 0.</summary>
    PromptSimilarity,

    /// <summary>Mean pairwise cosine of samples by their attention map on the common grid; layers from 1.</summary>
    FullMapSimilarity,

    /// <summary>Mean pairwise cosine of samples by their text-to-vision map on the common grid; layers from 1.</summary>
    TextToVisionMapSimilarity,

    /// <summary>1 - mean cosine of samples to their mean direction, by their mean vision state; hidden states from 0.</summary>
    VisionDispersion,

    /// <summary>The same by the mean text state; hidden states from 0.</summary>
    TextDispersion,

    /// <summary>The same by the state of the last prompt token; hidden states from 0.</summary>
    PromptDispersion,

    /// <summary>The same by the attention map on the common grid; layers from 1.</summary>
    FullMapDispersion,

    /// <summary>The same by the text-to-vision map on the common grid; layers from 1.</summary>
    TextToVisionMapDispersion,

    /// <summary>Mean pairwise cosine within a capability less the mean cosine to the other capabilities' samples, by the mean vision state; hidden states from 0.</summary>
    VisionContrast,

    /// <summary>The same by the mean text state; hidden states from 0.</summary>
    TextContrast,

    /// <summary>The same by the state of the last prompt token; hidden states from 0.</summary>
    PromptContrast,

    /// <summary>The same by the attention map on the common grid; layers from 1.</summary>
    FullMapContrast,

    /// <summary>The same by the text-to-vision map on the common grid; layers from 1.</summary>
    TextToVisionMapContrast,

    /// <summary>How far the right token's probability stands above the best other's; bins of normalised answer position, from 0.</summary>
    GeneralizedMargin,

    /// <summary>Mean over text tokens of the attention that goes to vision tokens; layers from 1.</summary>
    TextToVisionMass,

    /// <summary>Mean over rows of the head-mean map's entropy, as a share of the largest possible; layers from 1.</summary>
    MapEntropy,

    /// <summary>Mean pairwise cosine between the heads' maps; layers from 1.</summary>
    HeadAgreement,

    /// <summary>The share of text-to-vision attention that goes to the objects that the question names; layers from 1.</summary>
    ObjectShare,

    /// <summary>That share over the objects' share of the vision tokens; layers from 1.</summary>
    ObjectLift,

    /// <summary>1 - cosine between two models' text-to-vision maps; layers of the measured model, from 1.</summary>
    MapCosineDistance,

    /// <summary>Mean squared difference between two models' text-to-vision maps; layers of the measured model, from 1.</summary>
    MapSquaredDistance,
}
