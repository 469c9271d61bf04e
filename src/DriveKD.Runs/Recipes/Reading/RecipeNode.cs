namespace DriveKD.Runs.Recipes.Reading;

/// <summary>A value of a YAML document with the place where it was written.</summary>
internal abstract record RecipeNode(RecipeOrigin Origin)
{
    /// <summary>What the value is, in words.</summary>
    public abstract string Description { get; }

    /// <summary>Whether the value is YAML's null: <c>key:</c>, <c>key: null</c> or <c>key: ~</c>.</summary>
    public virtual bool IsNull => false;
}
