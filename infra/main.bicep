// Sparri in Azure, in one resource group: two replicas in Container Apps, PostgreSQL, the secrets in a Key Vault, and the bot
// with a managed identity, so that no secret of its own can end. Written for the EU; people's words stay in the region.
// Not run yet: review it before its first use, with `az deployment group what-if`.

@description('Short and of this installation alone: letters and digits.')
@minLength(3)
@maxLength(12)
param name string

@description('A region of the EU.')
@allowed(['swedencentral', 'northeurope', 'westeurope', 'germanywestcentral', 'francecentral'])
param location string = 'swedencentral'

@description('The image that was built from the Dockerfile, with its registry and tag.')
param image string

@description('The name of the Azure Container Registry in this resource group that has the image; empty for a public one.')
param registry string = ''

@description('A host name of your own, which you bind to the container app yourself, again after each deployment; empty for Azure\'s.')
param publicName string = ''

@secure()
@description('From `python -m bot keys new`. Keep a copy where you keep secrets.')
param masterKey string

@secure()
@minLength(20)
param databasePassword string

@description('How long the backups of the main database are kept, in days.')
@minValue(7)
@maxValue(35)
param backupDays int = 35

var tags = { application: 'sparri' }
var host = empty(publicName) ? '${name}.${environment.properties.defaultDomain}' : publicName
// People's keys are in a server of their own: erasing reaches as far as its backups, so they are kept for days.
var keysBackupDays = 7

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-identity'
  location: location
  tags: tags
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: '${name}-vault'
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
  }
}

resource readsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, 'secrets')
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    // Key Vault Secrets User
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')
  }
}

resource images 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = if (!empty(registry)) {
  name: empty(registry) ? 'none' : registry
}

resource pullsImages 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(registry)) {
  name: guid(resourceGroup().id, registry, identity.id, 'images')
  scope: images
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    // AcrPull
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')
  }
}

resource masterKeySecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'master-key'
  properties: { value: masterKey }
}

resource databaseUrlSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'database-url'
  properties: {
    value: 'postgresql://sparri:${uriComponent(databasePassword)}@${main.properties.fullyQualifiedDomainName}/sparri?sslmode=require'
  }
}

resource keysDatabaseUrlSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'keys-database-url'
  properties: {
    value: 'postgresql://sparri:${uriComponent(databasePassword)}@${keys.properties.fullyQualifiedDomainName}/sparri?sslmode=require'
  }
}

resource main 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: '${name}-main'
  location: location
  tags: tags
  sku: { name: 'Standard_B2s', tier: 'Burstable' }
  properties: {
    version: '17'
    administratorLogin: 'sparri'
    administratorLoginPassword: databasePassword
    storage: { storageSizeGB: 32 }
    backup: { backupRetentionDays: backupDays, geoRedundantBackup: 'Disabled' }
  }
}

resource mainDatabase 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2024-08-01' = {
  parent: main
  name: 'sparri'
}

// All of Azure may knock at the databases, not yours alone, and the password keeps them out: where you have a virtual network,
// put the environment and both servers into it instead.
resource mainFromAzure 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = {
  parent: main
  name: 'azure'
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  dependsOn: [mainDatabase] // a server makes one change at a time
}

resource keys 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: '${name}-keys'
  location: location
  tags: tags
  sku: { name: 'Standard_B1ms', tier: 'Burstable' }
  properties: {
    version: '17'
    administratorLogin: 'sparri'
    administratorLoginPassword: databasePassword
    storage: { storageSizeGB: 32 }
    backup: { backupRetentionDays: keysBackupDays, geoRedundantBackup: 'Disabled' }
  }
}

resource keysDatabase 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2024-08-01' = {
  parent: keys
  name: 'sparri'
}

resource keysFromAzure 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = {
  parent: keys
  name: 'azure'
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  dependsOn: [keysDatabase]
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  tags: tags
  properties: { sku: { name: 'PerGB2018' }, retentionInDays: 30 }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${name}-environment'
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: { customerId: logs.properties.customerId, sharedKey: logs.listKeys().primarySharedKey }
    }
  }
}

resource app 'Microsoft.App/containerApps@2024-03-01' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    environmentId: environment.id
    configuration: {
      ingress: { external: true, targetPort: 8080, allowInsecure: false }
      registries: empty(registry) ? [] : [{ server: '${registry}.azurecr.io', identity: identity.id }]
      secrets: [
        { name: 'caddyfile', value: loadTextContent('Caddyfile') }
        { name: 'master-key', keyVaultUrl: masterKeySecret.properties.secretUri, identity: identity.id }
        { name: 'database-url', keyVaultUrl: databaseUrlSecret.properties.secretUri, identity: identity.id }
        { name: 'keys-database-url', keyVaultUrl: keysDatabaseUrlSecret.properties.secretUri, identity: identity.id }
      ]
    }
    template: {
      terminationGracePeriodSeconds: 45
      initContainers: [
        { name: 'upgrade', image: image, args: ['db', 'upgrade'], env: settings, resources: { cpu: json('0.5'), memory: '1Gi' } }
      ]
      containers: [
        {
          name: 'sparri'
          image: image
          env: settings
          resources: { cpu: json('0.5'), memory: '1Gi' }
          probes: [
            { type: 'Liveness', httpGet: { path: '/healthz', port: 3978 } }
            { type: 'Readiness', httpGet: { path: '/readyz', port: 3978 } }
          ]
        }
        // What the world may reach goes through it, as in compose.yaml; TLS ends before it.
        {
          name: 'proxy'
          image: 'docker.io/library/caddy:2'
          command: ['caddy', 'run', '--adapter', 'caddyfile', '--config', '/etc/sparri/Caddyfile']
          env: [
            { name: 'PUBLIC_NAME', value: ':8080' }
            { name: 'SPARRI', value: '127.0.0.1:3978' }
          ]
          resources: { cpu: json('0.25'), memory: '0.5Gi' }
          volumeMounts: [{ volumeName: 'proxy', mountPath: '/etc/sparri' }]
        }
      ]
      volumes: [{ name: 'proxy', storageType: 'Secret', secrets: [{ secretRef: 'caddyfile', path: 'Caddyfile' }] }]
      scale: { minReplicas: 2, maxReplicas: 4 }
    }
  }
  dependsOn: [readsSecrets, pullsImages, mainDatabase, keysDatabase, mainFromAzure, keysFromAzure]
}

var settings = [
  { name: 'MicrosoftAppType', value: 'UserAssignedMSI' }
  { name: 'MicrosoftAppId', value: identity.properties.clientId }
  { name: 'MicrosoftAppTenantId', value: subscription().tenantId }
  { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
  { name: 'PUBLIC_URL', value: 'https://${host}' }
  { name: 'SPARRI_MASTER_KEY', secretRef: 'master-key' }
  { name: 'DATABASE_URL', secretRef: 'database-url' }
  { name: 'KEYS_DATABASE_URL', secretRef: 'keys-database-url' }
]

resource bot 'Microsoft.BotService/botServices@2022-09-15' = {
  name: '${name}-bot'
  location: 'westeurope'
  tags: tags
  kind: 'azurebot'
  sku: { name: 'S1' }
  properties: {
    displayName: 'Sparri'
    endpoint: 'https://${host}/api/messages'
    msaAppId: identity.properties.clientId
    msaAppTenantId: subscription().tenantId
    msaAppMSIResourceId: identity.id
    msaAppType: 'UserAssignedMSI'
    publicNetworkAccess: 'Enabled'
  }
}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = {
  parent: bot
  name: 'MsTeamsChannel'
  location: 'westeurope'
  properties: { channelName: 'MsTeamsChannel' }
}

output BOT_ID string = identity.properties.clientId
output BOT_DOMAIN string = host
output BOT_ENDPOINT string = 'https://${host}'
output BOT_TENANT_ID string = subscription().tenantId
