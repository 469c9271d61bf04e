namespace DriveKD.Analysis.Study;

/// <summary>What stands for a sample, as a vector of length 1 per hidden state or layer.</summary>
public enum VectorKind
{
    /// <summary>The mean state of the vision tokens; hidden states from 0.</summary>
    PooledVision,

    /// <summary>The mean state of the text tokens; hidden states from 0.</summary>
    PooledText,

    /// <summary>The state of the last prompt token; hidden states from 0.</summary>
    LastPromptToken,

    /// <summary>The head-mean map on the common grid, row after row; layers from 1.</summary>
    FullMap,

    /// <summary>The head-mean text-to-vision map on the common grid, row after row; layers from 1.</summary>
    TextToVisionMap,
}
