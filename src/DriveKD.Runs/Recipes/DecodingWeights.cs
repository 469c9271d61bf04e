namespace DriveKD.Runs.Recipes;

/// <summary>The weights that single tokens are decoded with. Prompts are read with the weights as they are, whatever this says.</summary>
public enum DecodingWeights
{
    /// <summary>As the folder has them, in the number format of the computation.</summary>
    Stored,

    /// <summary>The matrices of the decoder layers in 8 bits, one scale per row; on the processor only.</summary>
    Int8,
}
