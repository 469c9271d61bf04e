namespace DriveKD.Runs.Recipes;

/// <summary>How targets are written to disk.</summary>
public enum StoredNumbers
{
    /// <summary>As they were computed: a run has the same bits with and without the store.</summary>
    Float32,

    /// <summary>Half the size: each number is off by at most 0.4 % of itself.</summary>
    Bfloat16,

    /// <summary>A quarter of the size: each number is off by at most 0.4 % of the largest of its row.</summary>
    Int8,
}
