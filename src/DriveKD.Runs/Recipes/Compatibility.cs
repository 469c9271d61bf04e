namespace DriveKD.Runs.Recipes;

/// <summary>Whose choices a run follows where the released code differs from the paper or from common sense.</summary>
public enum Compatibility
{
    /// <summary>The paper's, and common sense where it is silent; single quirks may be switched on.</summary>
    None,

    /// <summary>Those of the released code: every quirk is on.</summary>
    Released,
}
